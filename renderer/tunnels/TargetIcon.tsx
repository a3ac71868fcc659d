import {
  Database,
  FolderOpen,
  Globe,
  type LucideIcon,
  Mail,
  Monitor,
  Printer,
  SquareTerminal,
  Target,
} from 'lucide-react';

/** The usual service of a port (IANA registry of port numbers) as a picture; a bull's eye for all others. */
export function TargetIcon({ port }: { readonly port: number | null }) {
  const Icon = (port === null ? undefined : ICONS.get(port)) ?? Target;
  return <Icon />;
}

const ICONS: ReadonlyMap<number, LucideIcon> = new Map([
  ...same(Mail, 25, 110, 143, 465, 587, 993, 995),
  ...same(Globe, 80, 443, 3000, 8000, 8080, 8443),
  ...same(Database, 1433, 1521, 3306, 5432, 6379, 9042, 9200, 27017),
  ...same(FolderOpen, 20, 21, 139, 445, 548, 873, 2049),
  ...same(SquareTerminal, 22, 23, 2222),
  ...same(Monitor, 3389, 5900, 5901),
  ...same(Printer, 515, 631, 9100),
]);

function same(icon: LucideIcon, ...ports: readonly number[]): readonly (readonly [number, LucideIcon])[] {
  return ports.map((port) => [port, icon] as const);
}
