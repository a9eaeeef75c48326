/** Whether a process of this id exists. One that has ended and was not yet collected by its parent still does. */
export function isAlive(pid: number): boolean {
  try {
    // Signal 0 reaches nobody: the system only says whether it could.
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
