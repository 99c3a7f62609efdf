/**
 * Starts the device's worker. A worker cannot be built from another origin's URL: such a script is fetched (it needs
 * CORS) and started from a blob, for which a page's CSP must allow `worker-src blob:`.
 * @throws Error where the script cannot be fetched, or the browser or the page's CSP refuses a worker
 */
export async function startWorker(url: string): Promise<Worker> {
  const script = new URL(url, location.href);
  if (script.origin === location.origin) return new Worker(script, { type: 'module', name: 'tacit' });
  const response = await fetch(script, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  if (!response.ok)
    throw new Error(`worker script: ${script.href} answered ${response.status}, expected 200`);
  const blob = new Blob([await response.text()], { type: 'text/javascript' });
  const local = URL.createObjectURL(blob);
  const worker = new Worker(local, { type: 'module', name: 'tacit' });
  // The URL must outlive the fetch of the script; its first message shows that it runs.
  const revoke = (): void => URL.revokeObjectURL(local);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}
