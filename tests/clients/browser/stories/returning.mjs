export async function returning() {}
