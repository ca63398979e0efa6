import "./trusted"; // first: what is loaded after it is asked
import "./styles.css";
import { DirectionContext, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { type ReactNode, StrictMode, useEffect, useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";
import { GET, Refused, readAsSaid } from "./api";
import { bare } from "./languages/bare";
import type { Piece } from "./languages/catalogue";
import { directionOf, type Language } from "./languages/language";
import { bring, browsersOwn, keepLanguage, likely, speak, useLanguage } from "./languages/speaking";
import { CrashNet, loadsAnew } from "./parts/crash";
import { Trouble, Waiting } from "./parts/states";
import { SESSION_KEY, SessionContext, useLocked, useSession } from "./session";
import { meanings, theme } from "./theme";
import type { Choices, Role, Session } from "./words";

// Loaded by query and not by Suspense, which holds a page back for 300 ms once it has waited.
const PAGES = {
  signIn: () => import("./screens/sign-in"),
  staff: () => import("./staff"),
  patient: () => import("./patient"),
  relative: () => import("./relative"),
  invited: () => import("./invited"),
  locked: () => import("./screens/locked/locked"),
};
const shell = () => import("./home/shell");
// The document the service worker opens without a network: nothing in it is ever taken for live.
const isOffline = document.documentElement.hasAttribute("data-offline");
const AGAIN_MS = 5_000;
type Who = keyof typeof PAGES;
/** The words a page needs at once. */
const PIECES: Record<Who, Piece[]> = {
  signIn: ["first", "door"],
  staff: ["first", "door", "further"],
  patient: ["first"],
  relative: ["first", "door", "further"],
  invited: ["first", "door"],
  locked: ["first", "door"],
};
// An invitation is read by whoever has its link, signed in or not; it ends by loading the page anew.
const isInvited = window.location.pathname === "/invited";
/** How large one's letters are, in percent of what the browser says. */
const PERCENT: Record<Choices["text_size"], number> = { normal: 100, large: 125, larger: 150 };

const pagesOf = (role: Role) => (role === "patient" || role === "relative" ? role : "staff");

/** Staff and a locked board speak English; patients and relatives as they chose. */
function languageOf(who: Who, session: Session | null | undefined): Language {
  if (who === "staff" || who === "locked") return "en";
  return session ? (session.choices.language ?? browsersOwn()) : likely();
}

// What is said before the server has answered, or when it does not, is said in this language too.
void speak(likely(), "first").catch(() => undefined);

const client = new QueryClient({
  defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true, staleTime: 5_000 } },
});

function Homeward() {
  const session = useSession();
  const role = session.data?.person.role;
  const locked = useLocked(!isInvited && session.data === null);
  const nobody = locked.data ? "locked" : "signIn";
  const who = isInvited ? "invited" : role === undefined ? nobody : pagesOf(role);
  const wanted = languageOf(who, session.data);
  readAsSaid(who === "staff" || who === "locked");
  const page = useQuery({
    queryKey: [...SESSION_KEY, "page", who],
    queryFn: async () => (await Promise.all([PAGES[who](), speak(wanted, ...PIECES[who])]))[0],
    enabled: session.isSuccess && (role !== undefined || isInvited || locked.isFetched),
    staleTime: Infinity,
  });
  useLanguage(); // another one draws all anew
  useSpoken(wanted, page.isSuccess, session.data?.choices);
  const isKept = session.data === undefined || role === "patient"; // theirs: home/outbox-of.tsx
  useEffect(() => {
    if (!isKept) shell().then(({ keepOnly }) => keepOnly(null), Object);
  }, [isKept]);
  if (session.error) return <Away error={session.error} again={session.refetch} />;
  if (page.error) return <Trouble error={page.error} again={() => void page.refetch()} />;
  if (session.data === undefined || !page.data) return <Waiting what={bare().opening} />;
  return (
    <SessionContext value={session.data}>
      <page.data.default />
    </SessionContext>
  );
}

/** Nobody can say who is signed in. What may be done meanwhile is loaded from this browser's disk. */
function Away({ error, again }: { error: unknown; again: () => unknown }) {
  const opened = useQuery({
    queryKey: ["away"],
    queryFn: async () => {
      const mine = await (await shell()).owner();
      if (!mine) return null;
      const [{ default: Page }] = await Promise.all([
        import("./offline/offline"),
        bring("first", "further"),
      ]);
      return { mine, Page };
    },
    networkMode: "always",
    enabled: error instanceof Refused && (error.status === 0 || error.status >= 500),
    staleTime: Infinity,
  });
  // Nobody need stand before a screen on a wall for it to begin once the server is there.
  const isAlone = !isOffline && !opened.isLoading && !opened.data;
  useEffect(() => {
    if (!isAlone) return;
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isAlone, again]);
  if (opened.data) return <opened.data.Page owner={opened.data.mine} />;
  return opened.isLoading ? <Waiting /> : <Trouble error={error} again={() => void again()} />;
}

/** Opened from this browser's disk: there is nobody to ask. */
function WithoutNetwork() {
  useLanguage();
  return <Away error={new Refused(0, bare().away)} again={() => location.reload()} />;
}

if (location.search === "?again") history.replaceState(null, "", location.pathname);

/** The page in the language and the letters that its reader chose, from the moment they choose. */
function useSpoken(wanted: Language, isOpen: boolean, choices: Choices | undefined): void {
  useEffect(() => {
    if (isOpen) void speak(wanted).catch(() => undefined); // what is there is better than nothing
    if (choices?.language) keepLanguage(choices.language);
  }, [wanted, isOpen, choices?.language]);
  useLayoutEffect(() => {
    document.documentElement.style.fontSize = `${PERCENT[choices?.text_size ?? "normal"]}%`;
  }, [choices?.text_size]);
}

const notHere = () => undefined; // the language alone decides

/** The page, and Mantine's own parts, are told which way is read. */
function Directed({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const dir = directionOf(language);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = dir;
  }, [language, dir]);
  const told = { dir, setDirection: notHere, toggleDirection: notHere } as const;
  return <DirectionContext value={told}>{children}</DirectionContext>;
}

// Who goes to another page ends what this one still loads: that is no fault, and nothing to load anew.
const LEAVING_MS = 5_000;
let left = -LEAVING_MS;
window.addEventListener("beforeunload", () => {
  left = performance.now();
});

window.addEventListener("vite:preloadError", async () => {
  if (performance.now() - left < LEAVING_MS) return;
  // Without a server the page that is there, and what is half typed in it, is better than none.
  const answer = await GET("/api/health").catch(() => null);
  if (performance.now() - left < LEAVING_MS) return;
  if (answer?.response.ok && loadsAnew(sessionStorage, Date.now())) location.reload();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Directed>
        <MantineProvider theme={theme} cssVariablesResolver={meanings} defaultColorScheme="auto">
          <QueryClientProvider client={client}>
            <CrashNet>{isOffline ? <WithoutNetwork /> : <Homeward />}</CrashNet>
          </QueryClientProvider>
        </MantineProvider>
      </Directed>
    </StrictMode>,
  );
}
