/**
 * What `work` gives, which has so many milliseconds; then its signal is aborted and a `TimeoutError`
 * is thrown, whether it heeds the signal or not. Nothing of it is kept once it is done, as a signal of
 * `AbortSignal.timeout` with listeners would until its time has come.
 */
export async function within(milliseconds, work) {
  const abort = new AbortController();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException(`Not done within ${milliseconds} ms`, 'TimeoutError');
      reject(error);
      abort.abort(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
