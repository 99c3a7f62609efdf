/** The page's policy or the browser forbids this worker: another attempt would fail alike, with another line in the shop's console. */
export class WorkerForbidden extends Error {
  override readonly name = 'WorkerForbidden';
}

/**
 * Starts the device's worker. A worker cannot be built from another origin's URL: such a script is imported (it needs
 * CORS) by a blob of one line, for which a page's CSP must allow `worker-src blob:`.
 * @param forbid called where the page's CSP turns out to refuse the worker, before its `error` event
 * @throws WorkerForbidden where it cannot be made at all
 */
export async function startWorker(url: string, forbid: () => void): Promise<Worker> {
  const script = new URL(url, location.href);
  const local =
    script.origin === location.origin
      ? script.href
      : URL.createObjectURL(new Blob([`import ${JSON.stringify(script.href)}`], { type: 'text/javascript' }));
  const onViolation = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective === 'worker-src' && local.startsWith(blockedURI)) forbid();
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  try {
    const worker = new Worker(trusted(local), { type: 'module', name: 'tacit' });
    // A blob's URL must outlive the fetch of its script; the first message shows that it runs.
    for (const sign of ['message', 'error'])
      worker.addEventListener(sign, () => {
        URL.revokeObjectURL(local);
        document.removeEventListener('securitypolicyviolation', onViolation);
      });
    return worker;
  } catch (error) {
    throw new WorkerForbidden(String(error));
  }
}

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

let policy: ScriptUrlPolicy | undefined;

/** The address as a page wants it that requires Trusted Types (W3C): through a policy named `tacit`. */
function trusted(url: string): string {
  try {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    policy ??= trustedTypes?.createPolicy('tacit', { createScriptURL: (one) => one });
  } catch {
    // The page does not allow a policy of that name; whether it needs one shows when the worker is made.
  }
  return policy?.createScriptURL(url) ?? url;
}
