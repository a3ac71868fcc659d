/** What Culvert does in place of an option that it does not honour, for those that say whom to trust. */
const INSTEAD: Readonly<Record<string, string>> = {
  verifyhostkeydns:
    'it does not look for host keys in the DNS (SSHFP records), and asks you about an unknown one.',
  revokedhostkeys:
    'a key revoked there is not refused. Lines marked @revoked in a list of known hosts are honoured.',
  knownhostscommand: 'it runs no command for host keys, and reads the files alone.',
  updatehostkeys: 'it learns no further keys from a server.',
  checkhostip: 'it looks a server up by its name alone.',
  nohostauthenticationforlocalhost: 'it checks the host key of this computer, too.',
  hostkeyalgorithms: 'it asks for the types of the known keys first, and then for ssh’s usual ones.',
  casignaturealgorithms: 'it takes no certificate of a server, whoever signed it.',
};

/** Says of an option, in small letters, that it is not honoured, and what happens in its place where that matters. */
export function notHonouredWords(keyword: string, spelled: string): string {
  const instead = INSTEAD[keyword];
  const plain = `Culvert does not do what ${spelled} asks`;
  return instead === undefined ? `${plain}.` : `${plain}: ${instead}`;
}
