// My account: how I sign in, and where I am signed in.

import { Alert, Button } from "@mantine/core";
import { words } from "../../languages/speaking";
import { WarningIcon } from "../../parts/icons";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useSignOut } from "../../session";
import classes from "./account.module.css";
import { App } from "./app";
import { Passkeys } from "./passkeys";
import { Password } from "./password";
import { Sessions } from "./sessions";
import { useAccount } from "./use-account";

export default function AccountPage() {
  return (
    <div className={classes.page}>
      <PageHead title={words("account").title} />
      <Body />
    </div>
  );
}

function Body() {
  const { data: account, error, refetch } = useAccount();
  if (error && !account) return <Trouble error={error} again={() => void refetch()} />;
  if (!account) return <Waiting what={words("account").reading} />;
  return (
    <>
      {!account.is_fresh && <SignInAgain />}
      <Passkeys account={account} />
      {account.has_password && <App account={account} />}
      {account.has_password && <Password />}
      <Sessions account={account} />
    </>
  );
}

/** Whoever finds an unlocked screen must not give themselves a key to it. */
function SignInAgain() {
  const signOut = useSignOut();
  return (
    <Alert
      color="yellow"
      classNames={{ title: classes.asked }}
      icon={<WarningIcon />}
      title={words("account").signInAgain}
    >
      <p className={classes.again}>{words("account").longAgo}</p>
      <Button variant="default" h={44} onClick={() => void signOut()}>
        {words("account").again}
      </Button>
    </Alert>
  );
}
