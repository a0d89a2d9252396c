// CloudFront's module, as far as viewer functions use it: a store of texts, which has no other keys.
export default {
  kvs: () => ({
    get: async (key, options) => {
      const value = globalThis.pairs[key];
      if (typeof value != 'string') throw new Error('KeyNotFound');
      return options && options.format == 'json' ? JSON.parse(value) : value;
    },
  }),
};
