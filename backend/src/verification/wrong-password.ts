/*
 * Whether a refusal says that the password is wrong, and nothing else. Most servers begin every refusal like one (`535`,
 * `[AUTHENTICATIONFAILED]`, `Login failed`), and some go on with a reason that has nothing to do with the password. So all
 * words have to be accounted for: those that call the password wrong, and those that say nothing.
 */

const NOUN =
  '(?:user ?names?|user ?ids?|users?|log-?ins?|log-?ons?|sign-?ins?|accounts?(?: names?)?|e-?mails?(?: log-?ins?| address(?:es)?)?|mailbox(?:es)?|address|pass ?(?:words?|phrases?|codes?|wd)|pwd|(?:user )?credentials?|auth(?:entication)?(?: data| info(?:rmation)?| credentials?| type| attempt| string)?|authenticate|authori[sz](?:ed|ation) codes?|app(?:lication)?[- ](?:specific )?passwords?|keys?|tokens?)';
const WRONG =
  '(?:in(?:valid|correct)|wrong|bad|unknown|unrecogni[sz]ed|mismatched|erroneous|no such|non-?existent)';
const JOIN = '(?: ?[,/&] ?| (?:and|or|and/or|nor) )';
const FAILS =
  '(?:is |are |was |were |has |have |does |do |did )?(?:not |n.t )?(?:been )?(?:in(?:valid|correct)|wrong|bad|errors?|failed|failures?|fails?|unsuccessful|succe(?:ed|eded|ssful)|rejected|refused|denied|accepted|found|exist|match(?:ed|es)?|mismatch|recogni[sz]ed|unknown|verified)';

/** What calls the password, or the user name, wrong. */
const SAYS_WRONG = [
  `${WRONG} (?:${WRONG} )?${NOUN}(?:${JOIN}(?:${WRONG} )?${NOUN}){0,3}`,
  `${NOUN}(?:${JOIN}${NOUN}){0,3}[ :,-]{1,3}${FAILS}(?:${JOIN}${FAILS}){0,2}`,
  `no ${NOUN} succeeded`,
  `(?:could not|can ?not|cannot|unable to|failed to) (?:log ?in|authenticate|verify)(?: you| user)?`,
  // Other languages, by their words for a wrong password.
  '(?:用户名?|用户名或|帐号|账号|帐户|登录|认证|身份验证)?(?:或|和|与)?(?:密码|口令|授权码|登录|认证|验证)(?:不正确|错误|有误|失败|无效|不匹配)',
  '(?:неверн|неправильн|ошибочн)\\p{L}{0,4} (?:(?:логин|имя пользователя|парол|учетн|учётн)\\p{L}{0,4}(?: данн\\p{L}{0,3})?(?: (?:или|и) )?){1,2}',
  '(?:пароль|логин) (?:указан |введен |введён )?(?:неверн|неправильн)\\p{L}{0,3}',
  '(?:ошибка|не удалось) (?:аутентификаци|авторизаци|вход)\\p{L}{0,3}',
  '(?:パスワード|ユーザー名|ユーザ名|認証)(?:または|か|と|や)?(?:パスワード)?(?:が|に|は)?(?:違い|間違|正しく|失敗|エラー|誤)\\p{L}{0,10}',
  '(?:비밀번호|아이디|인증)\\p{L}{0,3} ?(?:또는 ?비밀번호\\p{L}{0,2} ?)?(?:틀|일치하지|올바르지|잘못|실패)\\p{L}{0,6}',
  '(?:mot de passe|identifiants?|nom d.utilisateur|authentification)(?: (?:ou|et) (?:le )?(?:mot de passe|identifiant))?(?: est| sont)? (?:incorrecte?s?|invalides?|erron\\p{L}{1,4}|[ée]chou[ée]e?)',
  '[ée]chec (?:de l.|d.)(?:authentification|identification)',
  '(?:falsche[sr]?|ung[üu]ltige[sr]?|inkorrekte[sr]?) (?:benutzername|kennwort|passwort|zugangsdaten|anmeldedaten)(?: oder (?:kennwort|passwort))?',
  '(?:kennwort|passwort|benutzername|zugangsdaten|anmeldung|authentifizierung)(?: oder (?:kennwort|passwort))?(?: ist| sind)? (?:falsch|ung[üu]ltig|nicht korrekt|fehlgeschlagen)',
  '(?:contrase[ñn]a|usuario|credenciales|autenticaci[óo]n)(?: (?:o|y) (?:la )?contrase[ñn]a)?(?: es| son)? (?:incorrect[ao]s?|inv[áa]lid[ao]s?|no v[áa]lid[ao]s?|fallida)',
  '(?:senha|usu[áa]rio|credenciais|autentica[çc][ãa]o)(?: (?:ou|e) (?:a )?senha)?(?: est[áa])? (?:incorret[ao]s?|inv[áa]lid[ao]s?|falhou)',
  '(?:password|utente|credenziali|autenticazione)(?: (?:o|e) (?:la )?password)? (?:errat[aoe]|non (?:valid[aoe]|corrett[aoe])|sbagliat[aoe]|fallita)',
  '(?:nieprawid[łl]ow|niepoprawn|b[łl][ęe]dn)\\p{L}{1,3} (?:(?:nazwa u[żz]ytkownika|login|has[łl]o|dane)(?: lub )?){1,2}',
  '(?:hatal[ıi]|yanl[ıi][şs]|ge[çc]ersiz) (?:kullan[ıi]c[ıi] ad[ıi] veya )?(?:parola|[şs]ifre)',
].map((pattern) => new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?!\\p{L})`, 'giu'));

/** What says nothing about why: addresses of pages, ids, advice to look again, and the names of commands. */
const SAYS_NOTHING = [
  /https?:\/\/\S{1,300}/gi,
  /\[[A-Z]{4,24}\]|\[[^\]]{0,200}\d[^\]]{0,200}\]/g,
  /\(reason unavailable\)|\(failure\)/gi,
  // Sentences about what to do, which every kind of refusal may end with.
  /(?:please |kindly )?(?:re-?)?(?:check|verify|ensure|make sure|try|re-?enter|use|see|visit|contact|learn|refer|read|go to|correct)\b[^.;!]{0,120}/gi,
  /for (?:more|further) (?:information|info|details|help)[^.;!]{0,120}/gi,
  /more information[^.;!]{0,120}/gi,
  /^-ERR\b/,
  /\S{1,80} - [gn]smtp/g,
  // Tokens: the id of a reply, a host's name, Base64 of what was asked.
  /\S*\d\S*/g,
  /[\w+/]{6,300}={1,2}/g,
  /\b[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g,
  /restarting authentication process/gi,
];

/** Words of a log-in that do not tell why. */
const FILLERS = new Set(
  'access account again an and are as at attempt auth authenticate authentication bye cannot closing code command connection denied details error failed failure fehler erreur errore erro for from goodbye gsmtp nsmtp has id imap in is it login log logon name no not of off on or our password plain please read reason sasl sc server service sign signing smtp sorry status that the this to unsuccessful user username was with you your ошибка 错误'.split(
    ' ',
  ),
);

/**
 * @param line a server's refusal on one line, at most `MAX_WORDS` long
 * @returns `only`: all of it calls the password wrong. `also`: it goes on with something else. `no`: it does not say so.
 */
export function saysWrongPassword(line: string): 'only' | 'also' | 'no' {
  let rest = line;
  let isWrong = /^(?:535|526)[ -]|\[(?:AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|AUTH)\]/i.test(line);
  const take = (pattern: RegExp): boolean => {
    const before = rest;
    rest = rest.replace(pattern, ' | ');
    return rest !== before;
  };
  take(SAYS_NOTHING[0] as RegExp);
  take(SAYS_NOTHING[1] as RegExp);
  for (const pattern of SAYS_WRONG) if (take(pattern)) isWrong = true;
  if (!isWrong) return 'no';
  for (const pattern of SAYS_NOTHING) take(pattern);
  const unexplained = (rest.toLowerCase().match(/\p{L}+/gu) ?? []).filter(
    (word) => word.length > 1 && !FILLERS.has(word),
  );
  return unexplained.length > 0 ? 'also' : 'only';
}
