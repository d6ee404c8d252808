export async function allowing() {}
