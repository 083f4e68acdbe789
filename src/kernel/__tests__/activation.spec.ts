import { activate } from '../activation';
import { FakeKernel } from './fakes';

describe('activate', () => {
  it('should send one silent request that binds and keeps nothing', async () => {
    const kernel = new FakeKernel();
    const answer = activate(kernel.cast());
    expect(kernel.requests).toEqual([
      {
        code: "try:\n    __import__('leakhunter').activate()\nexcept Exception:\n    pass",
        silent: true,
        store_history: false,
        stop_on_error: false,
        allow_stdin: false,
        user_expressions: {
          leakhunter:
            "getattr(__import__('sys').modules.get('leakhunter'), 'status', lambda: 'missing')()"
        }
      }
    ]);
    expect(await answer).toEqual({ state: 'watching' });
  });

  it.each([
    ["'missing'", { state: 'missing' }],
    [
      '"failed: IPython\'s shell is missing"',
      { state: 'failed', message: "IPython's shell is missing" }
    ],
    ["'failed: it\\'s old'", { state: 'failed', message: "it's old" }]
  ])('should read %s', async (text, expected) => {
    const kernel = new FakeKernel();
    kernel.activation = text;
    expect(await activate(kernel.cast())).toEqual(expected);
  });

  it.each(['aborted', 'abort'])(
    'should know a reply that is %s',
    async status => {
      const kernel = new FakeKernel();
      kernel.replyStatus = [status];
      expect(await activate(kernel.cast())).toEqual({ state: 'aborted' });
    }
  );

  it('should not raise when the kernel is gone', async () => {
    const kernel = new FakeKernel();
    kernel.requestExecute = () => {
      throw new Error('Kernel is dead');
    };
    expect(await activate(kernel.cast())).toEqual({ state: 'lost' });
  });
});
