/** The sidebar of Leak Hunter as a widget of the lab. */
import { nullTranslator } from '@jupyterlab/translation';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import { huntIcon } from '../icon';
import type { IHuntHost, IHuntModel } from '../tokens';
import type { PanelRoom } from './body';

/** What the panel draws. */
export type IPanelViews = typeof import('./views');

/** In a panel lower than this the chart closes by itself, in CSS pixels. */
const ROOM_FOR_CHART = 640;

/** In a panel lower than this the sheet closes by itself too, in CSS pixels. */
const ROOM_FOR_SHEET = 480;

/**
 * A cell that ends sooner is not drawn as running, in ms: it would flicker, and
 * each drawing costs the same whatever changed.
 */
const SHORT = 100;

/** The narrowest panel in which everything has its place, in CSS pixels. */
const NARROWEST = 300;

/**
 * A panel that follows one notebook.
 *
 * #### Notes
 * The model is settable and may be null. A hidden panel neither draws nor lets
 * its model sample memory; it catches up when it is shown. What it draws is
 * loaded when it is first shown.
 */
export class HuntPanel extends ReactWidget {
  constructor(options: HuntPanel.IOptions) {
    super();
    this._host = options.host;
    this._load = options.load;
    this._trans = (options.translator ?? nullTranslator).load(
      'jupyterlab_leakhunter'
    );
    this.addClass('lh-Panel');
    // The lab's own least width of a sidebar is set by id, out of a class's reach.
    this.node.style.minWidth = `${NARROWEST}px`;
    this.node.setAttribute('role', 'complementary');
    this.node.setAttribute('aria-label', this._trans.__('Leak Hunter'));
    this.title.icon = huntIcon;
    this.title.caption = this._trans.__('Leak Hunter');
    this.model = options.model;
  }

  /** The notebook shown, null without one. */
  get model(): IHuntModel | null {
    return this._model;
  }
  set model(model: IHuntModel | null) {
    if (model === this._model) {
      return;
    }
    if (this._model) {
      this._model.changed.disconnect(this._onChanged, this);
      this._model.visible = false;
    }
    this._model = model;
    this._count++;
    if (model) {
      model.changed.connect(this._onChanged, this);
      model.visible = this.isVisible;
    }
    this._running = model?.running ?? null;
    this._onChanged();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.model = null;
    window.clearTimeout(this._timer);
    super.dispose();
  }

  /**
   * Moves the focus to the opened finding, else to the first thing there is.
   *
   * @param scroll - Whether that is brought into sight.
   */
  focusList(scroll = true): void {
    const places = [
      '.lh-cells .lh-mod-shown button',
      '.lh-finding.lh-mod-opened',
      '.lh-finding[tabindex="0"]',
      '.lh-back-title',
      '.lh-table tbody :is(button, input)[tabindex="0"]',
      '.lh-tab[aria-selected="true"]',
      '.lh-button.lh-mod-filled',
      'button'
    ];
    const element = places
      .map(place => this.node.querySelector<HTMLElement>(place))
      .find(found => found !== null);
    element?.focus({ preventScroll: true });
    if (scroll) {
      element?.scrollIntoView({ block: 'nearest' });
    }
  }

  /** Answers Escape and the keys of undo, wherever in the panel they are pressed. */
  handleEvent(event: Event): void {
    const model = this._model;
    if (model === null || event.defaultPrevented) {
      return;
    }
    const key = event as KeyboardEvent;
    if (key.key === 'Escape') {
      if (model.view === 'list') {
        model.focusNotebook();
      } else {
        model.back();
      }
    } else if (isUndo(key) && model.canAct && model.undoable) {
      model.undo();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  protected render(): React.ReactElement | null {
    const { _host: host, _trans: trans, _model: model, _room: room } = this;
    const views = this._views;
    if (views === null) {
      return null;
    }
    this._stale = false;
    return model
      ? React.createElement(views.NotebookPanelView, {
          // One notebook's ticks and order are not another's; its name may change.
          key: this._count,
          model,
          host,
          trans,
          room
        })
      : React.createElement(views.NoNotebook, { host, trans });
  }

  protected onUpdateRequest(msg: Message): void {
    const focused = this.node.contains(document.activeElement);
    super.onUpdateRequest(msg);
    if (focused) {
      // What has it may go: then the keyboard stays in the panel.
      this.renderPromise
        ?.then(() => {
          if (document.activeElement === document.body) {
            this.focusList(false);
          }
        })
        .catch(console.error);
    }
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.node.addEventListener('keydown', this);
    this._show(this.isVisible);
  }

  protected onBeforeDetach(msg: Message): void {
    this._show(false);
    this.node.removeEventListener('keydown', this);
    super.onBeforeDetach(msg);
  }

  /** Opened by the command: the keyboard goes to the list once it is drawn. */
  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const focus = () =>
      this.renderPromise?.then(() => {
        if (this.isVisible) {
          this.focusList();
        }
      });
    (this._loading ?? Promise.resolve()).then(focus).catch(console.error);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._show(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._show(false);
  }

  protected onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    const room = roomOf(msg.height);
    if (room !== this._room) {
      this._room = room;
      this.update();
    }
  }

  private _show(visible: boolean): void {
    if (this._model) {
      this._model.visible = visible;
    }
    if (!visible) {
      // Clocks and the memory of a running cell stand still until then.
      this._stale = true;
    } else if (this._views === null) {
      this._fetchViews();
    } else {
      this._draw();
    }
  }

  private _fetchViews(): void {
    const take = (views: IPanelViews) => {
      this._views = views;
      MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
    };
    const views = this._load();
    if (views instanceof Promise) {
      this._loading ??= views.then(take).catch(reason => {
        // Tried again when the panel is shown again.
        this._loading = null;
        console.error('Leak Hunter: the panel could not be loaded', reason);
      });
    } else {
      take(views);
    }
  }

  private _onChanged(): void {
    this._stale = true;
    const running = this._model?.running ?? null;
    const begun = running !== null && running !== this._running;
    this._running = running;
    window.clearTimeout(this._timer);
    if (begun) {
      this._timer = window.setTimeout(() => this._draw(), SHORT);
    } else {
      this._draw();
    }
  }

  private _draw(): void {
    if (this.isVisible && this._stale) {
      this.update();
    }
  }

  private readonly _host: IHuntHost;
  private readonly _load: HuntPanel.IOptions['load'];
  private _loading: Promise<void> | null = null;
  private _views: IPanelViews | null = null;
  private readonly _trans: TranslationBundle;
  private _model: IHuntModel | null = null;

  /** Of the models until now. */
  private _count = 0;
  private _room: PanelRoom = 'all';
  private _running: IHuntModel['running'] = null;
  private _timer = 0;

  /** Whether something changed since it was drawn. */
  private _stale = true;
}

/** Ctrl Z or Cmd Z; not while a text is written, which has an undo of its own. */
function isUndo({
  key,
  ctrlKey,
  metaKey,
  shiftKey,
  altKey,
  target
}: KeyboardEvent): boolean {
  const writing =
    target instanceof HTMLInputElement && target.type !== 'checkbox';
  return (
    key.toLowerCase() === 'z' &&
    (ctrlKey || metaKey) &&
    !shiftKey &&
    !altKey &&
    !writing
  );
}

/** @param height - in CSS pixels; negative while it is not known. */
function roomOf(height: number): PanelRoom {
  if (height < 0 || height >= ROOM_FOR_CHART) {
    return 'all';
  }
  return height < ROOM_FOR_SHEET ? 'no-sheet' : 'no-chart';
}

/** A namespace for the options of `HuntPanel`. */
export namespace HuntPanel {
  /** What a panel is made from. */
  export interface IOptions {
    model: IHuntModel | null;
    host: IHuntHost;

    /** Gets what the panel draws, when it is first shown. */
    load: () => IPanelViews | Promise<IPanelViews>;
    translator?: ITranslator | null;
  }
}
