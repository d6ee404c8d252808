export async function registering() {}
