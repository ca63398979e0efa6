import "./trusted"; // first: what is loaded after it is asked
import "./styles.css";
import { DirectionContext, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { type ReactNode, StrictMode, useEffect, useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";
import { bare } from "./languages/bare";
import type { Piece } from "./languages/catalogue";
import { directionOf, type Language } from "./languages/language";
import { browsersOwn, keepLanguage, likely, speak, useLanguage } from "./languages/speaking";
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
  const page = useQuery({
    queryKey: [...SESSION_KEY, "page", who],
    queryFn: async () => (await Promise.all([PAGES[who](), speak(wanted, ...PIECES[who])]))[0],
    enabled: session.isSuccess && (role !== undefined || isInvited || locked.isFetched),
    staleTime: Infinity,
  });
  useSpoken(wanted, page.isSuccess, session.data?.choices);
  const error = session.error ?? page.error;
  if (error) {
    const again = () => void (session.error ? session.refetch() : page.refetch());
    return <Trouble error={error} again={again} />;
  }
  if (session.data === undefined || !page.data) return <Waiting what={bare().opening} />;
  return (
    <SessionContext value={session.data}>
      <page.data.default />
    </SessionContext>
  );
}

/** The page in the language and the letters that its reader chose, from the moment they choose. */
function useSpoken(wanted: Language, isOpen: boolean, choices: Choices | undefined): void {
  const language = useLanguage();
  useEffect(() => {
    if (isOpen) void speak(wanted).catch(() => undefined); // what is there is better than nothing
    if (choices?.language) keepLanguage(choices.language);
  }, [wanted, isOpen, choices?.language]);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  useLayoutEffect(() => {
    document.documentElement.style.fontSize = `${PERCENT[choices?.text_size ?? "normal"]}%`;
  }, [choices?.text_size]);
}

const notHere = () => undefined; // the language alone decides

/** Mantine's own parts are told which way is read. */
function Directed({ children }: { children: ReactNode }) {
  const dir = directionOf(useLanguage());
  const told = { dir, setDirection: notHere, toggleDirection: notHere } as const;
  return <DirectionContext value={told}>{children}</DirectionContext>;
}

window.addEventListener("vite:preloadError", () => {
  // Without a network the page that is there is better than none.
  if (navigator.onLine && loadsAnew(sessionStorage, Date.now())) location.reload();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Directed>
        <MantineProvider theme={theme} cssVariablesResolver={meanings} defaultColorScheme="auto">
          <QueryClientProvider client={client}>
            <CrashNet>
              <Homeward />
            </CrashNet>
          </QueryClientProvider>
        </MantineProvider>
      </Directed>
    </StrictMode>,
  );
}
