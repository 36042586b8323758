/** What a page where app passwords are made says, in one language. */
export interface Language {
  lang: string;
  dir: 'ltr' | 'rtl';
  title: string;
  name: string;
  create: string;
  done: string;
  copy: string;
  lead: string;
  once: string;
}

const RIGHT_TO_LEFT = new Set(['ar', 'he', 'fa', 'ur']);

/** Each: title, label of the name, create, done, copy; then what such passwords are for; then that it is shown once. */
const PHRASES = `
en | App passwords | Name of the app | Create | Done | Copy
An app password lets older apps and devices open your mailbox.
This password is shown only once.

de | App-Passwörter | Name der App | Erstellen | Fertig | Kopieren
Mit einem App-Passwort können ältere Apps und Geräte Ihr Postfach öffnen.
Dieses Passwort wird nur einmal angezeigt.

fr | Mots de passe des applications | Nom de l’application | Créer | Terminé | Copier
Un mot de passe d’application permet aux anciens appareils d’ouvrir votre messagerie.
Ce mot de passe ne s’affiche qu’une seule fois.

es | Contraseñas de aplicación | Nombre de la aplicación | Crear | Hecho | Copiar
Con una contraseña de aplicación, las aplicaciones antiguas pueden abrir tu correo.
Esta contraseña se muestra una sola vez.

it | Password per le app | Nome dell’app | Crea | Fine | Copia
Una password per le app consente alle app meno recenti di accedere alla tua posta.
Questa password viene mostrata una sola volta.

pt | Palavras-passe de apps | Nome da app | Criar | Concluído | Copiar
Uma palavra-passe de app permite que apps antigas abram a sua caixa de correio.
Esta palavra-passe é mostrada apenas uma vez.

nl | App-wachtwoorden | Naam van de app | Maken | Klaar | Kopiëren
Met een app-wachtwoord kunnen oudere apps en apparaten je mailbox openen.
Dit wachtwoord wordt maar één keer getoond.

pl | Hasła do aplikacji | Nazwa aplikacji | Utwórz | Gotowe | Kopiuj
Hasło do aplikacji pozwala starszym aplikacjom otwierać Twoją skrzynkę.
To hasło jest wyświetlane tylko raz.

cs | Hesla aplikací | Název aplikace | Vytvořit | Hotovo | Kopírovat
S heslem aplikace mohou starší aplikace a zařízení otevřít vaši schránku.
Toto heslo se zobrazí jen jednou.

sk | Heslá aplikácií | Názov aplikácie | Vytvoriť | Hotovo | Kopírovať
S heslom aplikácie môžu staršie aplikácie a zariadenia otvoriť vašu schránku.
Toto heslo sa zobrazí iba raz.

hu | Alkalmazásjelszavak | Az alkalmazás neve | Létrehozás | Kész | Másolás
Az alkalmazásjelszóval a régebbi alkalmazások is megnyithatják a postafiókját.
Ez a jelszó csak egyszer jelenik meg.

ro | Parole pentru aplicații | Numele aplicației | Creează | Gata | Copiază
Cu o parolă pentru aplicații, aplicațiile mai vechi îți pot deschide căsuța poștală.
Această parolă este afișată o singură dată.

bg | Пароли за приложения | Име на приложението | Създаване | Готово | Копиране
С парола за приложение по-старите приложения могат да отварят пощата ви.
Тази парола се показва само веднъж.

ru | Пароли приложений | Название приложения | Создать | Готово | Копировать
С паролем приложения старые программы и устройства могут открыть вашу почту.
Этот пароль показывается только один раз.

uk | Паролі додатків | Назва додатка | Створити | Готово | Копіювати
З паролем додатка старіші програми та пристрої можуть відкрити вашу пошту.
Цей пароль показується лише один раз.

sr | Лозинке за апликације | Назив апликације | Направи | Готово | Копирај
Лозинка за апликацију омогућава старијим апликацијама да отворе ваше сандуче.
Ова лозинка се приказује само једном.

el | Κωδικοί εφαρμογών | Όνομα εφαρμογής | Δημιουργία | Τέλος | Αντιγραφή
Με έναν κωδικό εφαρμογής, παλαιότερες εφαρμογές μπορούν να ανοίξουν την αλληλογραφία σας.
Αυτός ο κωδικός εμφανίζεται μόνο μία φορά.

tr | Uygulama şifreleri | Uygulamanın adı | Oluştur | Bitti | Kopyala
Uygulama şifresi, eski uygulamaların ve cihazların posta kutunuzu açmasını sağlar.
Bu şifre yalnızca bir kez gösterilir.

ar | كلمات مرور التطبيقات | اسم التطبيق | إنشاء | تم | نسخ
تتيح كلمة مرور التطبيق للتطبيقات والأجهزة القديمة فتح بريدك.
تظهر كلمة المرور هذه مرة واحدة فقط.

he | סיסמאות לאפליקציות | שם האפליקציה | יצירה | סיום | העתקה
סיסמה לאפליקציה מאפשרת לאפליקציות ולמכשירים ישנים לפתוח את תיבת הדואר שלך.
הסיסמה הזו מוצגת פעם אחת בלבד.

fa | گذرواژه‌های برنامه | نام برنامه | ایجاد | تمام | رونوشت
با گذرواژهٔ برنامه، برنامه‌ها و دستگاه‌های قدیمی می‌توانند صندوق شما را باز کنند.
این گذرواژه فقط یک بار نشان داده می‌شود.

ur | ایپ کے پاس ورڈ | ایپ کا نام | بنائیں | مکمل | کاپی کریں
ایپ کا پاس ورڈ پرانی ایپس اور آلات کو آپ کا میل باکس کھولنے دیتا ہے۔
یہ پاس ورڈ صرف ایک بار دکھایا جاتا ہے۔

hi | ऐप्लिकेशन पासवर्ड | ऐप्लिकेशन का नाम | बनाएं | हो गया | कॉपी करें
ऐप्लिकेशन पासवर्ड से पुराने ऐप्लिकेशन और डिवाइस आपका मेलबॉक्स खोल सकते हैं।
यह पासवर्ड सिर्फ़ एक बार दिखाया जाता है।

bn | অ্যাপ পাসওয়ার্ড | অ্যাপের নাম | তৈরি করুন | হয়ে গেছে | কপি করুন
অ্যাপ পাসওয়ার্ড দিয়ে পুরোনো অ্যাপ ও ডিভাইস আপনার মেলবক্স খুলতে পারে।
এই পাসওয়ার্ড শুধু একবার দেখানো হয়।

ta | செயலி கடவுச்சொற்கள் | செயலியின் பெயர் | உருவாக்கு | முடிந்தது | நகலெடு
செயலி கடவுச்சொல் பழைய செயலிகள் உங்கள் அஞ்சல் பெட்டியைத் திறக்க உதவும்.
இந்தக் கடவுச்சொல் ஒரு முறை மட்டுமே காட்டப்படும்.

th | รหัสผ่านสำหรับแอป | ชื่อแอป | สร้าง | เสร็จสิ้น | คัดลอก
รหัสผ่านสำหรับแอปช่วยให้แอปและอุปกรณ์รุ่นเก่าเปิดกล่องจดหมายของคุณได้
รหัสผ่านนี้จะแสดงเพียงครั้งเดียว

vi | Mật khẩu ứng dụng | Tên ứng dụng | Tạo | Xong | Sao chép
Mật khẩu ứng dụng cho phép các ứng dụng và thiết bị cũ mở hộp thư của bạn.
Mật khẩu này chỉ hiển thị một lần.

id | Sandi aplikasi | Nama aplikasi | Buat | Selesai | Salin
Sandi aplikasi memungkinkan aplikasi dan perangkat lama membuka kotak surat Anda.
Sandi ini hanya ditampilkan satu kali.

ms | Kata laluan apl | Nama apl | Buat | Selesai | Salin
Kata laluan apl membolehkan apl dan peranti lama membuka peti mel anda.
Kata laluan ini dipaparkan sekali sahaja.

ja | アプリ パスワード | アプリ名 | 作成 | 完了 | コピー
アプリ パスワードを使うと、古いアプリやデバイスでメールボックスを開けます。
このパスワードは一度しか表示されません。

ko | 앱 비밀번호 | 앱 이름 | 만들기 | 완료 | 복사
앱 비밀번호를 사용하면 이전 앱과 기기에서 메일함을 열 수 있습니다.
이 비밀번호는 한 번만 표시됩니다.

zh-Hans | 应用专用密码 | 应用名称 | 创建 | 完成 | 复制
应用专用密码可让较旧的应用和设备打开您的邮箱。
此密码仅显示一次。

zh-Hant | 應用程式密碼 | 應用程式名稱 | 建立 | 完成 | 複製
應用程式密碼可讓較舊的應用程式和裝置開啟你的信箱。
這組密碼只會顯示一次。

sv | Applösenord | Appens namn | Skapa | Klart | Kopiera
Med ett applösenord kan äldre appar och enheter öppna din brevlåda.
Det här lösenordet visas bara en gång.

da | Appadgangskoder | Appens navn | Opret | Færdig | Kopiér
Med en appadgangskode kan ældre apps og enheder åbne din postkasse.
Denne adgangskode vises kun én gang.

no | App-passord | Navn på appen | Opprett | Ferdig | Kopier
Med et app-passord kan eldre apper og enheter åpne postkassen din.
Dette passordet vises bare én gang.

fi | Sovellusten salasanat | Sovelluksen nimi | Luo | Valmis | Kopioi
Sovelluksen salasanalla vanhemmat sovellukset ja laitteet voivat avata postilaatikkosi.
Tämä salasana näytetään vain kerran.

et | Rakenduste paroolid | Rakenduse nimi | Loo | Valmis | Kopeeri
Rakenduse parooliga saavad vanemad rakendused ja seadmed teie postkasti avada.
Seda parooli näidatakse ainult üks kord.

lt | Programų slaptažodžiai | Programos pavadinimas | Sukurti | Atlikta | Kopijuoti
Su programos slaptažodžiu senesnės programos ir įrenginiai gali atverti jūsų paštą.
Šis slaptažodis rodomas tik vieną kartą.

lv | Lietotņu paroles | Lietotnes nosaukums | Izveidot | Gatavs | Kopēt
Ar lietotnes paroli vecākas lietotnes un ierīces var atvērt jūsu pastkasti.
Šī parole tiek parādīta tikai vienu reizi.

ca | Contrasenyes d’aplicació | Nom de l’aplicació | Crea | Fet | Copia
Amb una contrasenya d’aplicació, les aplicacions antigues poden obrir la vostra bústia.
Aquesta contrasenya només es mostra una vegada.

hr | Zaporke aplikacija | Naziv aplikacije | Izradi | Gotovo | Kopiraj
Zaporkom aplikacije starije aplikacije i uređaji mogu otvoriti vaš pretinac.
Ova se zaporka prikazuje samo jednom.

sl | Gesla za aplikacije | Ime aplikacije | Ustvari | Končano | Kopiraj
Z geslom za aplikacijo lahko starejše aplikacije in naprave odprejo vaš nabiralnik.
To geslo je prikazano samo enkrat.

eu | Aplikazioetako pasahitzak | Aplikazioaren izena | Sortu | Eginda | Kopiatu
Aplikazioaren pasahitzarekin aplikazio zaharrek zure postontzia ireki dezakete.
Pasahitz hau behin bakarrik erakusten da.

sw | Manenosiri ya programu | Jina la programu | Unda | Nimemaliza | Nakili
Nenosiri la programu huruhusu programu za zamani kufungua kikasha chako.
Nenosiri hili huonyeshwa mara moja tu.
`;

export const languages: readonly Language[] = PHRASES.trim()
  .split('\n\n')
  .map((phrases) => {
    const [words = '', lead = '', once = ''] = phrases.split('\n');
    const [lang = '', title = '', name = '', create = '', done = '', copy = ''] = words.split(' | ');
    return {
      lang,
      dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr',
      title,
      name,
      create,
      done,
      copy,
      lead,
      once,
    };
  });
