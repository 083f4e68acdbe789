/** The item of the status bar: how full the memory is, and what can go. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { growthOf, secondsLeft } from '../analysis/growth';
import {
  safeWords,
  usageLevel,
  usageWords,
  usedBytes
} from '../analysis/usage';
import { warningIcon } from '../icon';
import { Icon } from '../panel/parts/atoms';
import type { IHuntModel } from '../tokens';

/** Follows one notebook; it is to be hidden while its kernel is not watched. */
export class MemoryStatus extends ReactWidget {
  /** @param _open - opens the panel. */
  constructor(
    private _trans: TranslationBundle,
    private _open: () => void
  ) {
    super();
    this.addClass('lh-Status');
  }

  /** The notebook shown, null without one. */
  get model(): IHuntModel | null {
    return this._model;
  }
  set model(model: IHuntModel | null) {
    if (this._model) {
      this._model.changed.disconnect(this._onChanged, this);
      this._model.inStatusBar = false;
    }
    this._model = model;
    model?.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /** Whether there is something to show. */
  get isActive(): boolean {
    const { _model: model } = this;
    return (
      model !== null &&
      model.settings.statusBar &&
      model.state === 'watching' &&
      model.memory !== null
    );
  }

  /** Emitted when `isActive` changed. */
  get activeChanged(): ISignal<this, void> {
    return this._activeChanged;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.model = null;
    Signal.clearData(this);
    super.dispose();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._tellShown();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._tellShown();
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._tellShown();
  }

  protected render(): React.ReactElement | null {
    const { _model: model } = this;
    return model && this.isActive ? (
      <UseSignal signal={model.sampled}>
        {() => <Usage model={model} trans={this._trans} onClick={this._open} />}
      </UseSignal>
    ) : null;
  }

  private _tellShown(): void {
    if (this._model) {
      this._model.inStatusBar = this.isVisible && this.isActive;
    }
  }

  private _onChanged(): void {
    const { isActive } = this;
    this._tellShown();
    if (this._hasNews()) {
      this.update();
    }
    if (isActive !== this._wasActive) {
      this._wasActive = isActive;
      this._activeChanged.emit();
    }
  }

  /** Whether anything it is drawn from is another; samples tell of themselves. */
  private _hasNews(): boolean {
    const { isActive, _model: model } = this;
    const { memory, report, settings } = model ?? {};
    const live = model?.running && model.live;
    const facts = [model, isActive, memory, report, settings, live];
    const news = facts.some((fact, index) => fact !== this._facts[index]);
    this._facts = facts;
    return news;
  }

  private _facts: readonly unknown[] = [];
  private _model: IHuntModel | null = null;
  private _wasActive = false;
  private _activeChanged = new Signal<this, void>(this);
}

/** `Mem ▭ 13.9 / 16.0 GiB · 7.26 can go`, or how near the limit is. */
function Usage(props: {
  model: IHuntModel;
  trans: TranslationBundle;
  onClick: () => void;
}): JSX.Element | null {
  const { model, trans, onClick } = props;
  const { memory, running, live, report, settings } = model;
  if (memory === null) {
    return null;
  }
  const { limit } = memory;
  const used = usedBytes(memory, running && live);
  const level = usageLevel(used, limit, settings);
  const decimal = settings.units === 'decimal';
  const safe = report?.safe_bytes ?? 0;
  const growth = running && growthOf(model.samples, memory);
  return (
    <button
      type="button"
      className={`lh-Status-button lh-mod-${level}`}
      title={trans.__('Memory of this notebook’s kernel: open Leak Hunter')}
      onClick={onClick}
    >
      {trans.__('Mem')}
      {limit !== null && (
        <span className="lh-Status-bar" aria-hidden="true">
          <span
            className="lh-Status-fill"
            style={{ width: `${Math.min((used / limit) * 100, 100)}%` }}
          />
        </span>
      )}
      {level !== 'calm' && <Icon icon={warningIcon} />}
      <span>{usageWords(used, limit, decimal)}</span>
      {growth ? (
        <span>{trans.__('· limit in about %1 s', secondsLeft(growth))}</span>
      ) : (
        safe > 0 && (
          <span>
            {trans.__('· %1 can go', safeWords(safe, limit, decimal))}
          </span>
        )
      )}
    </button>
  );
}
