/**
 * Shell function that lists, from NSS, the users who could log in by their shell: name, numeric
 * id, home, shell, with tabs between. At most 200; accounts without a usable shell are left out.
 */
export const loginUsersFunction = `login_users() {
  getent passwd | awk -F: '$7 !~ /(nologin|false|sync|shutdown|halt)$/ { print $1 "\\t" $3 "\\t" $6 "\\t" ($7 == "" ? "/bin/sh" : $7) }' | head -n 200
}
`;
