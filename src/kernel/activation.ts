import type { Kernel } from '@jupyterlab/services';

/** The line that brings the kernel side into a kernel's environment. */
export const INSTALL_COMMAND = '%pip install jupyterlab-leakhunter';

/**
 * The only code that Leak Hunter ever executes in a kernel.
 *
 * It is a constant, because every distinct source stays in the kernel's
 * `linecache` for ever; it binds no name; and it never raises, because a silent
 * error would still replace the user's `sys.last_traceback`.
 */
const CODE = `try:
    __import__('leakhunter').activate()
except Exception:
    pass`;

/** Evaluated after `CODE`: `'watching'`, `'missing'` or `'failed: <sentence>'`. */
const STATUS =
  "getattr(__import__('sys').modules.get('leakhunter'), 'status', lambda: 'missing')()";

/** What came of switching on. */
export type Activation =
  | { readonly state: 'watching' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly message: string }
  /** Dropped from the kernel's queue, because a cell before it failed. */
  | { readonly state: 'aborted' }
  /** The kernel ended before it came to it. */
  | { readonly state: 'lost' };

/**
 * Switches the kernel side on.
 *
 * #### Notes
 * The request is sent before this returns, so that it is ahead of whatever the
 * caller sends next. Idempotent: an active kernel side answers `watching`.
 */
export async function activate(
  kernel: Kernel.IKernelConnection
): Promise<Activation> {
  try {
    const future = kernel.requestExecute({
      code: CODE,
      silent: true,
      store_history: false,
      stop_on_error: false,
      allow_stdin: false,
      user_expressions: { leakhunter: STATUS }
    });
    const { content } = await future.done;
    if (content.status === 'ok') {
      return readStatus(content.user_expressions?.leakhunter);
    }
    // Old kernels say 'aborted' where the protocol has 'abort'.
    return content.status === 'error'
      ? { state: 'failed', message: `${content.ename}: ${content.evalue}` }
      : { state: 'aborted' };
  } catch {
    return { state: 'lost' };
  }
}

/** Reads the answer to the user expression, which is the `repr` of a text. */
function readStatus(expression: unknown): Activation {
  const { data, evalue } = (expression ?? {}) as {
    data?: { 'text/plain'?: unknown };
    evalue?: unknown;
  };
  const text = unquote(String(data?.['text/plain'] ?? evalue ?? ''));
  if (text === 'watching' || text === 'missing') {
    return { state: text };
  }
  return { state: 'failed', message: text.replace(/^failed: /, '') };
}

/** The text of a Python string literal; anything else is left as it is. */
function unquote(literal: string): string {
  const inner = /^(['"])([^]*)\1$/.exec(literal)?.[2];
  return inner === undefined
    ? literal
    : inner.replace(/\\(['"\\])/g, '$1').replace(/\\n/g, ' ');
}
