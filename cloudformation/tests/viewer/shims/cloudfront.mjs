// The module `cloudfront` as far as the function uses it: a store that is an object of texts, and
// rejects where there is no such key.
export default {
  kvs: () => ({
    get: async (key, options) => {
      const value = globalThis.pairs[key];
      if (value === undefined) throw new Error('KeyNotFound');
      return options && options.format == 'json' ? JSON.parse(value) : value;
    },
  }),
  logCustomData: (text) => globalThis.logged.push(text),
};
