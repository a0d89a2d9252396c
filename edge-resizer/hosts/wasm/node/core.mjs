/** The WASM module: compiled once, instantiated again where it trapped. */

import { readFileSync } from 'node:fs';

export class Core {
  #name;
  #setup;
  #module;
  #generation = 0;
  #resizer;
  trapped = false;

  /** @param name of the module's files, without `.wasm` and `.js`; @param setup what it is told of the sites */
  constructor(name, setup) {
    this.#name = name;
    this.#setup = JSON.stringify(setup);
  }

  /** The core with an instance that works. */
  async ready() {
    if (this.#resizer && !this.trapped) return this;
    this.#module ??= new WebAssembly.Module(readFileSync(new URL(`${this.#name}.wasm`, import.meta.url)));
    // The glue holds one instance: another instance is another import of it.
    const glue = await import(`${this.#name}.js?${this.#generation++}`);
    glue.initSync({ module: this.#module });
    this.#resizer = new glue.Resizer(this.#setup);
    this.trapped = false;
    return this;
  }

  /** Reads a request. */
  accept(asked) {
    return this.run(() => this.#resizer.accept(JSON.stringify(asked)));
  }

  /** Frees what the module gave. After a trap its memory is as it was in the middle of something. */
  release(object) {
    if (!this.trapped) object.free();
  }

  /** Calls into the module; a trap, which is a panic there, is the end of the instance. */
  run(call) {
    try {
      return call();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) this.trapped = true;
      throw error;
    }
  }
}
