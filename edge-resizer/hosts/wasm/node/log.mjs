/** One JSON object a line, in the log group of the region that ran the function. */
export function log(level, message, fields) {
  console.log(JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...fields }));
}
