// Opening a picture of the gallery: by a click, or by a link to its place. The address says which
// one is open, and Back closes it.

import { newestFirst } from "./album.js";
import { api } from "./api.js";
import { el } from "./dom.js";
import { keyOf } from "./gallery-layout.js";
import { isPlainClick, replaceQuery, stepDown, stepUp } from "./router.js";
import { t } from "./texts.js";

/** The picture that an address asks for, or nothing. */
function wantedBy(url) {
  const id = url.searchParams.get("run");
  return id ? { id, index: Number(url.searchParams.get("image") ?? 0) } : null;
}

export class Opening {
  #album;
  #gallery;
  #opened = null;
  /** Why a link could not be followed. */
  note = el("p", { class: "gallery-note", role: "alert" });

  /** @param gallery {more(): loads the next page, hasMore(), onClose()} */
  constructor(album, gallery) {
    this.#album = album;
    this.#gallery = gallery;
  }

  /** Takes back what was said about a link. */
  quiet() {
    this.note.textContent = "";
  }

  /** A click somewhere in the grid. */
  clicked(event) {
    const tile = event.target instanceof Element ? event.target.closest(".tile-link")?.parentElement : null;
    if (!tile || !isPlainClick(event)) return;
    event.preventDefault();
    const items = this.#album.items();
    const index = items.findIndex((item) => keyOf(item) === tile.dataset.tile);
    if (index < 0) return;
    const { run, image } = items[index];
    stepUp({ run: run.id, image: image.index });
    this.#view(items, index, this.#older(items.at(-1)));
  }

  /** Opens the picture that the address asks for (`?run=ID&image=I`), if it does. */
  async follow(url) {
    const wanted = wantedBy(url);
    const key = wanted && `${wanted.id}/${wanted.index}`;
    if (!wanted || this.#opened === key) return;
    this.#opened = key;
    this.quiet();
    try {
      const { items, index, more } = await this.#find(wanted);
      if (items.length === 0) this.#refuse(t("gallery.no_pictures"));
      else await this.#view(items, Math.max(0, index), more);
    } catch (error) {
      console.error(error);
      this.#refuse(error.status === 404 ? t("gallery.gone") : t("gallery.not_opened", { why: error.message }));
    }
  }

  async #find({ id, index }) {
    const among = (items) => items.findIndex(({ run, image }) => run.id === id && image.index === index);
    const loaded = this.#album.items();
    if (among(loaded) >= 0) return { items: loaded, index: among(loaded), more: this.#older(loaded.at(-1)) };
    const run = await api.get(`/api/v1/runs/${encodeURIComponent(id)}`);
    const own = (run.images ?? []).map((image) => ({ run, image }));
    return { items: own, index: among(own), more: null };
  }

  async #view(items, index, more) {
    const { openViewer } = await import("./viewer.js");
    const onShow = (item) => {
      this.#opened = keyOf(item);
      replaceQuery({ run: item.run.id, image: item.image.index });
    };
    const onClose = () => {
      this.#forget();
      this.#gallery.onClose();
    };
    openViewer(items, index, { more, onShow, onClose });
  }

  /** Answers, each time it is asked, the pictures after those that it has given. */
  #older(last) {
    const rest = () => this.#album.items().filter(({ run }) => newestFirst(run, last.run) > 0);
    return async () => {
      if (rest().length === 0) await this.#gallery.more();
      const next = rest();
      if (next.length === 0 && this.#gallery.hasMore()) throw new Error(t("gallery.no_next"));
      last = next.at(-1) ?? last;
      return next;
    };
  }

  #forget() {
    this.#opened = null;
    stepDown(["run", "image"]);
  }

  #refuse(sentence) {
    this.#forget();
    this.note.textContent = sentence;
  }
}
