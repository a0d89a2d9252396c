// The module `crypto` as far as the function uses it; the digests are made by the test.
const digesting = (make) => {
  let text = '';
  return {
    update(more) {
      text += more;
      return this;
    },
    digest(encoding) {
      if (encoding != 'base64url') throw new Error(encoding);
      return make(text);
    },
  };
};
const only = (wanted, algorithm) => {
  if (algorithm != wanted) throw new Error(algorithm);
};
export default {
  createHash: (algorithm) => (only('sha256', algorithm), digesting((text) => globalThis.sha256(text))),
  createHmac: (algorithm, key) => (
    only('sha256', algorithm), digesting((text) => globalThis.hmacSha256(key, text))
  ),
};
