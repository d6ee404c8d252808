export async function privateApps() {}
