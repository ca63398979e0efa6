import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { CrashNet } from "./parts/crash";
import { Trouble, Waiting } from "./parts/states";
import { SessionContext, useSession } from "./session";
import { meanings, theme } from "./theme";

const SignIn = lazy(() => import("./screens/sign-in"));
const Staff = lazy(() => import("./staff"));
const Patient = lazy(() => import("./patient"));

const client = new QueryClient({
  defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true, staleTime: 5_000 } },
});

function Homeward() {
  const session = useSession();
  if (session.error) {
    return <Trouble error={session.error} again={() => void session.refetch()} />;
  }
  if (session.data === undefined) return <Waiting what="Opening Homeward" />;
  return (
    <Suspense fallback={<Waiting what="Opening Homeward" />}>
      {session.data === null ? (
        <SignIn />
      ) : (
        <SessionContext value={session.data}>
          {session.data.person.role === "patient" ? <Patient /> : <Staff />}
        </SessionContext>
      )}
    </Suspense>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={meanings} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <CrashNet>
            <Homeward />
          </CrashNet>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
