export async function modules() {}
