// Stores users.

import fs, { readFile as read } from "node:fs";
import * as path from "path";
import "./polyfill.js";
const { join } = require("lodash");

/** Keeps them. */
export class Store extends Base {
  #size = 0;
  /**
   * Looks one up.
   * @param name Who.
   */
  async find(name, limit = 10, ...rest) {
    const client = new Client(name);
    const twice = (x) => x.times(2);
    return (await client.query(name)).first();
  }
  static get size() { return 1; }
  add = (user) => { this.users.push(user); };
}

// Makes one.
export default function open(path, { readOnly = false }) {
  function helper() { return inner.call(); }
  return new Store(path);
}
export const close = async (store) => store.end();
const later = function* () {};
function* numbers() {}
exports.late = function (x) { return x; };
