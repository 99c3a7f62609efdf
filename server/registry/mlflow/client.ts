import type { Environment } from '../../environment.ts';

/** The tracking server refused, or could not be asked. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  /** MLflow's own (`RESOURCE_ALREADY_EXISTS`), `HTTP_<status>`, or `UNREACHABLE` */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface MlflowServer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/** One request of MLflow's REST API 2.0 (mlflow.org/docs/latest/api_reference/rest-api.html). */
export type MlflowCall = (method: 'GET' | 'POST' | 'DELETE', path: string, body: Json) => Promise<Json>;

/** As MLflow's own clients read their environment; undefined: no tracking server is named. @throws MlflowError for a URI that is no HTTP address */
export function mlflowServer(environment: Environment): MlflowServer | undefined {
  const uri = environment['MLFLOW_TRACKING_URI'];
  if (!uri) return undefined;
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new MlflowError('BAD_URI', 'MLFLOW_TRACKING_URI: expected an http or https address');
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user } = environment;
  const [name, password] = [user ?? url.username, environment['MLFLOW_TRACKING_PASSWORD'] ?? url.password];
  const basic = `Basic ${Buffer.from(`${decodeURIComponent(name)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const authorization = token ? `Bearer ${token}` : name ? basic : undefined;
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    headers: authorization ? { Authorization: authorization } : {},
  };
}

/** Waits before each further try, ms. */
const PAUSES: readonly number[] = [200, 1000];
const PATIENCE = 10_000;

/** Calls that try again where the server was busy, away or slow; what it refuses is refused at once. */
export function mlflowCalls({ url, headers }: MlflowServer, pauses = PAUSES): MlflowCall {
  return async (method, path, body) => {
    for (let tried = 0; ; tried++) {
      try {
        return await once({ url, headers }, { method, path, body });
      } catch (error) {
        const pause = pauses[tried];
        const passing = error instanceof MlflowError && /^(UNREACHABLE|HTTP_(429|5..))$/.test(error.code);
        if (!passing || pause === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };
}

interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body: Json;
}

async function once({ url, headers }: MlflowServer, { method, path, body }: Request): Promise<Json> {
  const query = method === 'GET' ? `?${new URLSearchParams(body as Record<string, string>)}` : '';
  const answer = await fetch(`${url}/api/2.0/mlflow/${path}${query}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(PATIENCE),
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    const why =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : error;
    throw new MlflowError('UNREACHABLE', `${path}: ${why}`);
  });
  const text = await answer.text();
  const said = parsed(text);
  if (answer.ok) return said;
  const status = `HTTP_${answer.status}`;
  const own = answer.status < 500 && typeof said['error_code'] === 'string' ? said['error_code'] : status;
  throw new MlflowError(own, `${path}: ${status}: ${said['message'] ?? text.slice(0, 200)}`);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text || '{}') as Json;
  } catch {
    return {};
  }
}
