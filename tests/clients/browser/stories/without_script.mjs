export async function withoutScript() {}
