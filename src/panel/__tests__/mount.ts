/** Puts a panel on the page of a spec and finds things in it as a user would. */
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { HuntPanel } from '../panel';
import * as views from '../views';
import { FakeHost, FakeModel } from './fake';

// Nothing is loaded on demand here: a spec looks at once.
jest.mock('../ondemand', () => ({
  ...jest.requireActual('../clear/preview'),
  ...jest.requireActual('../clear/receipt'),
  ...jest.requireActual('../clear/receipts'),
  ...jest.requireActual('../clear/undone'),
  ...jest.requireActual('../variables/variables'),
  ...jest.requireActual('../cells/cells'),
  ...jest.requireActual('../cells/comparison'),
  ...jest.requireActual('../cells/gone'),
  ...jest.requireActual('../exit/exit'),
  ...jest.requireActual('../../chart/icicleplot'),
  ...jest.requireActual('../../chart/plot'),
  ObjectsView: jest.requireActual('../objects/view').ObjectsView,
  TestView: jest.requireActual('../prove/view').TestView,
  TraceView: jest.requireActual('../trace/view').TraceView
}));

/** A panel on the page. */
export interface IMounted {
  panel: HuntPanel;
  model: FakeModel;
  host: FakeHost;

  /** The whole text, white space as one blank. */
  text(): string;

  /** The only element with this role and name; throws when there is none. */
  find(role: string, name: string | RegExp): HTMLElement;

  /** The same, or null. */
  look(role: string, name: string | RegExp): HTMLElement | null;
  click(role: string, name: string | RegExp): void;

  /** Returns whether nobody took the key. */
  press(target: Element, key: string, more?: KeyboardEventInit): boolean;
  focus(target: HTMLElement | null): void;

  /** Waits for what the panel does once it is drawn. */
  drawn(): Promise<void>;

  /** Changes the model and waits for the drawing. */
  set(more: Partial<FakeModel>): void;

  /** The same for a cell that begins, and goes on long enough to be drawn. */
  begin(more: Partial<FakeModel>): void;
  dispose(): void;
}

const SELECTORS: Record<string, string> = {
  button: 'button',
  checkbox: 'input[type="checkbox"]',
  radio: 'input[type="radio"]',
  heading: 'h2, h3, h4',
  listitem: 'li',
  columnheader: 'th[scope="col"]'
};

/** What jsdom lacks and the lab's browsers have. */
class NoResize implements ResizeObserver {
  observe(): void {
    // A page without layout never changes its size.
  }
  unobserve(): void {
    // As above.
  }
  disconnect(): void {
    // As above.
  }
}

/** Mounts a panel; `null` is a panel without a notebook. */
export function mount(values: Partial<FakeModel> | null = {}): IMounted {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  window.ResizeObserver ??= NoResize;
  // jsdom has no CSS.escape; the ids of the specs need none.
  window.CSS ??= { escape: (text: string) => text } as typeof CSS;
  // Nor does it lay anything out, so there is nothing to scroll.
  Element.prototype.scrollIntoView ??= () => undefined;
  const model = new FakeModel(values ?? {});
  const host = new FakeHost();
  const panel = new HuntPanel({
    model: values && model,
    host,
    load: () => views
  });
  const settle = () => act(() => MessageLoop.flush());
  act(() => {
    Widget.attach(panel, document.body);
    MessageLoop.flush();
  });
  const nameOf = (node: HTMLElement) =>
    node.getAttribute('aria-label') ??
    squeeze((node.closest('label') ?? node).textContent);
  const look = (role: string, name: string | RegExp) => {
    const nodes = panel.node.querySelectorAll<HTMLElement>(
      SELECTORS[role] ?? `[role="${role}"]`
    );
    return (
      Array.from(nodes).find(
        node =>
          node.closest('[aria-hidden="true"]') === null &&
          (typeof name === 'string'
            ? nameOf(node) === name
            : name.test(nameOf(node)))
      ) ?? null
    );
  };
  const find = (role: string, name: string | RegExp) => {
    const node = look(role, name);
    if (!node) {
      throw new Error(`no ${role} ${name} in: ${panel.node.innerHTML}`);
    }
    return node;
  };
  return {
    panel,
    model,
    host,
    text: () => squeeze(panel.node.textContent),
    find,
    look,
    click: (role, name) => {
      act(() => find(role, name).click());
      settle();
    },
    press: (target, key, more = {}) => {
      const init = { key, bubbles: true, cancelable: true, ...more };
      let free = true;
      act(() => {
        free = target.dispatchEvent(new KeyboardEvent('keydown', init));
      });
      settle();
      return free;
    },
    focus: target => act(() => target?.focus()),
    drawn: () => act(async () => panel.renderPromise),
    set: more => {
      act(() => model.set(more));
      settle();
    },
    begin: more => {
      jest.useFakeTimers();
      act(() => model.set(more));
      jest.advanceTimersByTime(100);
      jest.useRealTimers();
      settle();
    },
    dispose: () => act(() => panel.dispose())
  };
}

function squeeze(text: string | null): string {
  return (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();
}
