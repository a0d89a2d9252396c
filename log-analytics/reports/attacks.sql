-- title: Who asks too much
-- about: Networks and user agents with more requests in a minute than anybody who shops has, and what they
-- about: asked for. rule limits each address with that user agent, for the rule editor of AWS WAF. Networks are
-- about: cut addresses, and NULL over a raw table on Athena.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: rate integer = 300; requests of a minute from which on a network is listed, and its addresses limited
-- binds: from, to, site, rate, rate
-- unit: refused_percent = percent
-- chart: bar network peak_minute
-- advice: Look at a_path and refused_percent first: a search engine and your own monitoring are here too. Count
-- advice: with the rule for a day before it blocks; addresses themselves need --full-ip and a reason.
WITH minutes AS (
  SELECT site, client_ip, coalesce(user_agent, '') AS agent, date_trunc('minute', ts) AS step,
    count(*) AS requests,
    count_if(status BETWEEN 400 AND 499) AS refused,
    count(DISTINCT path) AS paths,
    min(path) AS a_path
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site, client_ip, coalesce(user_agent, ''), date_trunc('minute', ts)
)
SELECT
  site,
  client_ip AS network,
  agent,
  max(requests) AS peak_minute,
  sum(requests) AS requests,
  count(*) AS minutes,
  round(1e2 * sum(refused) / sum(requests), 2) AS refused_percent,
  max(paths) AS paths_of_a_minute,
  min(a_path) AS a_path,
  '{"Name":"limit","Priority":0,"Action":{"Count":{}},"VisibilityConfig":{"SampledRequestsEnabled":true,"CloudWatchMetricsEnabled":true,"MetricName":"limit"},"Statement":{"RateBasedStatement":{"Limit":'
    || CAST(? AS varchar)
    || ',"EvaluationWindowSec":60,"AggregateKeyType":"IP","ScopeDownStatement":{"ByteMatchStatement":{"SearchString":"'
    || replace(replace(agent, '\', '\\'), '"', '\"')
    || '","FieldToMatch":{"SingleHeader":{"Name":"user-agent"}},"TextTransformations":[{"Priority":0,"Type":"NONE"}],"PositionalConstraint":"EXACTLY"}}}}}'
    AS rule
FROM minutes
GROUP BY site, client_ip, agent
HAVING max(requests) >= ?
ORDER BY peak_minute DESC, requests DESC, site, network, agent
