// The module of digests, as far as viewer functions use it: SHA-256 in base64url.
const digesting = (finish) => {
  const parts = [];
  const digesting = {
    update: (part) => (parts.push(part), digesting),
    digest: () => finish(parts.join('')),
  };
  return digesting;
};
export default {
  createHash: () => digesting((text) => globalThis.sha256(text)),
  createHmac: (_, key) => digesting((text) => globalThis.hmacSha256(key, text)),
};
