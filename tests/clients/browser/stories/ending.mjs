export async function ending() {}
