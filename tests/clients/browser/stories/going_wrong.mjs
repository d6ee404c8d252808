export async function goingWrong() {}
