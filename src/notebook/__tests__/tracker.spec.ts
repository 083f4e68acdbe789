import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { HuntModel } from '../../model/hunt';
import type { NotebookHunt } from '../hunt';
import { HuntTracker } from '../tracker';

interface IFakePanel {
  isDisposed: boolean;
  content: object;
  disposed: Signal<object, void>;
}

/** The lab's tracker, of which the tests decide the order of the signals. */
class FakeNotebooks {
  panels: IFakePanel[] = [];
  currentWidget: IFakePanel | null = null;
  widgetAdded = new Signal<this, IFakePanel>(this);
  currentChanged = new Signal<this, IFakePanel | null>(this);

  forEach(call: (panel: IFakePanel) => void): void {
    this.panels.forEach(call);
  }

  setCurrent(panel: IFakePanel | null): void {
    this.currentWidget = panel;
    this.currentChanged.emit(panel);
  }
}

describe('HuntTracker', () => {
  let notebooks: FakeNotebooks;
  let begun: object[];
  let executed: object[];

  const newPanel = (isDisposed = false): IFakePanel => {
    const content = {};
    return { isDisposed, content, disposed: new Signal(content) };
  };
  const cast = (panel: IFakePanel) => panel as unknown as NotebookPanel;

  /** A tracker that has loaded what it begins hunts with. */
  async function track(): Promise<HuntTracker> {
    const tracker = load(() => undefined);
    await tracker.ready(cast(newPanel(true)));
    return tracker;
  }

  function load(asked: () => void): HuntTracker {
    return new HuntTracker(
      notebooks as unknown as INotebookTracker,
      async () => {
        asked();
        return panel => {
          const { content } = panel;
          begun.push(content);
          return {
            model: { of: content } as unknown as HuntModel,
            willExecute: () => executed.push(content)
          } as unknown as NotebookHunt;
        };
      }
    );
  }

  /** Lets what was announced be heard. */
  const heard = () => new Promise(resolve => setTimeout(resolve));

  beforeEach(() => {
    notebooks = new FakeNotebooks();
    begun = [];
    executed = [];
  });

  it('should begin with the notebooks that are open already', async () => {
    const panel = newPanel();
    notebooks.panels = [panel];
    notebooks.currentWidget = panel;
    const tracker = await track();
    expect(begun).toEqual([panel.content]);
    expect(tracker.current).toBe(tracker.get(cast(panel)));
  });

  it('should know a notebook that is current before it is announced', async () => {
    const tracker = await track();
    const seen: unknown[] = [];
    tracker.currentChanged.connect((_, model) => seen.push(model));
    const panel = newPanel();
    notebooks.setCurrent(panel);
    notebooks.widgetAdded.emit(panel);
    await heard();
    expect(begun.length).toBe(1);
    expect(seen[0]).toBe(tracker.get(cast(panel)));
    expect(tracker.current).not.toBeNull();
  });

  it('should announce a notebook that was current before there was a tracker', async () => {
    const panel = newPanel();
    notebooks.currentWidget = panel;
    const tracker = await track();
    const seen: unknown[] = [];
    tracker.currentChanged.connect((_, model) => seen.push(model));
    notebooks.widgetAdded.emit(panel);
    await heard();
    expect(seen).toEqual([tracker.get(cast(panel))]);
  });

  it('should follow from one notebook to the next, and to none', async () => {
    const tracker = await track();
    const [one, two] = [newPanel(), newPanel()];
    notebooks.setCurrent(one);
    const first = tracker.current;
    notebooks.setCurrent(two);
    expect(tracker.current).not.toBe(first);
    notebooks.setCurrent(one);
    expect(tracker.current).toBe(first);
    notebooks.setCurrent(null);
    expect(tracker.current).toBeNull();
  });

  it('should forget a notebook that was closed', async () => {
    const tracker = await track();
    const panel = newPanel();
    notebooks.setCurrent(panel);
    panel.isDisposed = true;
    expect([tracker.get(cast(panel)), tracker.current]).toEqual([null, null]);
    expect(begun.length).toBe(1);
  });

  it('should tell only the notebook whose cell is about to run', async () => {
    const tracker = await track();
    const [one, two] = [newPanel(), newPanel()];
    [one, two].forEach(panel => notebooks.widgetAdded.emit(panel));
    await heard();
    tracker.willExecute(two.content as never);
    tracker.willExecute({} as never);
    expect(executed).toEqual([two.content]);
    expect(begun.length).toBe(2);
  });

  it('should load once, and only for a notebook', async () => {
    let loads = 0;
    const tracker = load(() => loads++);
    await heard();
    expect(loads).toBe(0);
    const [one, two] = [newPanel(), newPanel()];
    notebooks.currentWidget = one;
    const seen: unknown[] = [];
    tracker.currentChanged.connect((_, model) => seen.push(model));
    [one, two].forEach(panel => notebooks.widgetAdded.emit(panel));
    expect(tracker.current).toBeNull();
    await heard();
    expect(loads).toBe(1);
    expect(begun).toEqual([one.content, two.content]);
    expect(seen).toEqual([tracker.get(cast(one))]);
  });

  it('should keep to a notebook until it is closed', async () => {
    const tracker = await track();
    const [one, two] = [newPanel(), newPanel()];
    notebooks.setCurrent(one);
    const model = tracker.current;
    tracker.keep(true);
    notebooks.setCurrent(two);
    expect([tracker.current, tracker.isKept]).toEqual([model, true]);
    expect(tracker.front).toEqual({ of: two.content });
    const heard = jest.fn();
    tracker.currentChanged.connect(heard);
    one.isDisposed = true;
    one.disposed.emit();
    expect([tracker.current, tracker.isKept]).toEqual([tracker.front, false]);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('should let go of the kept notebook for what is to be shown of another', async () => {
    const tracker = await track();
    const [one, two] = [newPanel(), newPanel()];
    notebooks.setCurrent(one);
    tracker.keep(true);
    tracker.bring(tracker.current!);
    expect(tracker.isKept).toBe(true);
    notebooks.setCurrent(two);
    tracker.bring(tracker.front!);
    expect(tracker.current).toEqual({ of: two.content });
  });
});
