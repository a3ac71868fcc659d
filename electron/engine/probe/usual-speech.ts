import type { ProbeSpeech } from '#shared/probe.ts';

/** Ports where TLS comes first: HTTPS, mail, LDAP, FTP, telnet, IRC, SIP, AMQP, MQTT, syslog, DNS, global catalogue. */
const TLS_PORTS: ReadonlySet<number> = new Set([
  443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2376, 3269, 4443, 5061, 5671, 5986, 6443, 6514, 6697,
  8443, 8883, 9443, 10443,
]);

/** Ports where people run web servers without TLS. */
const HTTP_PORTS: ReadonlySet<number> = new Set([
  80, 591, 3000, 3001, 4200, 5000, 5173, 5601, 5985, 8000, 8008, 8080, 8081, 8088, 8090, 8096, 8123, 8888,
  9000, 9090, 9200,
]);

/** What a client of this port usually does first. Nothing is sent where that is not known. */
export function usualSpeech(port: number): ProbeSpeech {
  if (TLS_PORTS.has(port)) return 'tls';
  return HTTP_PORTS.has(port) ? 'http' : 'listen';
}
