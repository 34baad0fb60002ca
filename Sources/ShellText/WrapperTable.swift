/// The programs whose way of starting others is known, by name.
extension Interpreter {
  /// How a program starts what stands behind its options; in a switch as `handler(of:)`.
  static func wrapper(_ name: Spelling) -> Wrapper? {
    switch name.string {
    case "nohup":
      Wrapper(options: "help version")
    case "command", "unbuffer":
      Wrapper(options: "p")
    case "setsid":
      Wrapper(options: "c f w ctty fork wait")
    case "nice":
      Wrapper(options: "n= adjustment= 0 1 2 3 4 5 6 7 8 9")
    case "ionice":
      Wrapper(options: "c= n= p= P= u= t class= classdata= pid= pgid= uid= ignore")
    case "timeout", "gtimeout":
      Wrapper(
        options: "k= s= v f p kill-after= signal= foreground preserve-status verbose", operands: 1)
    case "time":
      Wrapper(options: "f= o= a p v q h l format= output= append portability verbose quiet")
    case "gtime":
      Wrapper(options: "f= o= a p v q format= output= append portability verbose quiet")
    case "stdbuf":
      Wrapper(options: "i= o= e= input= output= error=")
    case "chroot":
      Wrapper(
        options: "groups= userspec= skip-chdir u= g= G= n", operands: 1, isElsewhere: true)
    case "doas":
      Wrapper(options: "a= C= u= n L")
    case "chrt":
      Wrapper(
        options: """
          a b f i o r d R v T= P= D= batch fifo idle other rr deadline reset-on-fork all-tasks \
          sched-runtime= sched-period= sched-deadline=
          """, operands: 1)
    case "taskset":
      Wrapper(options: "a c all-tasks cpu-list", operands: 1)
    case "unshare":
      Wrapper(
        options: """
          m? u? i? n? p? U? C? T? r c f mount? uts? ipc? net? pid? user? cgroup? fork map-root- \
          user map-current-user mount-proc? kill-child? root= wd= setuid= setgid= R= w= S= G= \
          propagation= setgroups=
          """)
    case "strace":
      Wrapper(
        options: """
          f q v c C d D h i k r t T w x y z Z F V A n e= o= p= s= u= a= b= E= I= O= S= P= X= U= \
          trace= output= follow-forks output-separately
          """)
    case "ltrace":
      Wrapper(options: "f S L c C i r t T e= o= p= s= u= a= n= l= x= A= D= F= w=")
    case "xvfb-run":
      Wrapper(
        options: """
          a d l e= f= n= p= s= w= auto-servernum auto-display server-args= server-num= error-file= \
          auth-file= wait= listen-tcp xauth-protocol=
          """)
    case "dbus-run-session":
      Wrapper(options: "dbus-daemon= config-file=")
    case "caffeinate":
      Wrapper(options: "d i m s u t= w=")
    case "gosu", "su-exec", "setuidgid", "envdir":
      Wrapper(options: "", operands: 1)
    case "fakeroot":
      Wrapper(options: "l= s= i= u b= lib= faked= unknown-is-real")
    case "eatmydata", "busybox", "toybox", "catchsegv", "runpy":
      Wrapper(options: "")
    case "torsocks":
      Wrapper(options: "i a= u= p= d q isolate debug quiet")
    case "proxychains", "proxychains4":
      Wrapper(options: "q f=")
    case "rlwrap":
      Wrapper(options: "a? A? c i n r R N m? C= f= H= l= p? P= q= s= S= t= w= z= b= D=")
    case "systemd-run":
      Wrapper(
        options: """
          t P q G d S user system scope pty pipe quiet wait collect shell same-dir no-block u= p= \
          E= M= unit= property= setenv= uid= gid= nice= slice= description= working-directory= on- \
          active= service-type= service-type=
          """)
    case "arch":
      Wrapper(options: "arm64 x86_64 e= d=")
    case "linux32", "linux64":
      Wrapper(options: "R B F I L S T X Z v 3")
    case "faketime":
      Wrapper(options: "f m p= exclude-monotonic", operands: 1)
    case "direnv":
      Wrapper(options: "", operands: 2)
    case "watch":
      Wrapper(
        options: """
          b c d? e g p t w x C r n= q= interval= differences? equexit= no-title beep color errexit \
          chgexit precise exec no-wrap no-rerun
          """, style: .text)
    case "ssh":
      Wrapper(
        options: """
          4 6 A a C f G g K k M N n q s T t V v X x Y y B= b= c= D= E= e= F= I= i= J= L= l= m= O= \
          o= p= Q= R= S= W= w= P=
          """, operands: 1, style: .text, isElsewhere: true)
    case "mosh":
      Wrapper(
        options: "ssh= server= client= predict= port= p= family= a n 4 6 no-init local",
        operands: 1, isElsewhere: true)
    case "npx":
      Wrapper(
        options: """
          y n q yes no p= package= c= call= quiet no-install ignore-existing shell= w= workspace= \
          ws workspaces prefer-offline offline no-color include-workspace-root workspaces-update \
          loglevel= registry= cache=
          """)
    case "pnpx":
      Wrapper(options: "p= package= c shell-mode silent")
    case "bunx":
      Wrapper(options: "bun silent verbose p= package=")
    case "uvx":
      Wrapper(
        options: """
          p= q v n from= with= with-editable= with-requirements= python= quiet verbose isolated \
          no-cache offline refresh index= index-url= extra-index-url= env-file= constraints= c= \
          overrides= U upgrade
          """)
    case "dotenv":
      Wrapper(options: "e= f= c? v= p= o file= override no-override expand", operands: 0)
    case "dotenvx":
      Wrapper(options: "q quiet v verbose", operands: 1, style: .afterDashes)
    case "env-cmd":
      Wrapper(
        options: "f= e= r= x file= environments= rc-file= no-override silent fallback")
    case "op":
      Wrapper(options: "env-file= no-masking account=", operands: 1, style: .afterDashes)
    case "doppler":
      Wrapper(
        options: "p= c= t= project= config= token=", operands: 1, style: .afterDashes)
    case "infisical":
      Wrapper(
        options: "env= path= projectId= token=", operands: 1, style: .afterDashes)
    case "chamber":
      Wrapper(options: "b= backend=", operands: 2, style: .afterDashes)
    case "aws-vault":
      Wrapper(
        options: "n d= duration= no-session region=", operands: 2, style: .afterDashes)
    case "mise":
      Wrapper(
        options: "C= cd= q v y E= j=", operands: 1, style: .afterDashes)
    case "prlimit":
      Wrapper(
        options: """
          p= o= c? d? e? f? i? l? m? n? q? r? s? t? u? v? x? y? pid= output= noheadings raw verbose \
          core? data? nice? fsize? sigpending? memlock? rss? nofile? msgqueue? rtprio? stack? cpu? \
          nproc? as? locks? rttime?
          """)
    case "setpriv":
      Wrapper(
        options: """
          d dump clear-groups init-groups keep-groups groups= inh-caps= ambient-caps= bounding-set= \
          ruid= euid= rgid= egid= reuid= regid= securebits= pdeathsig= selinux-label= reset-env \
          apparmor-profile= no-new-privs nnp list-caps landlock-access= landlock-rule= ptracer=
          """)
    case "nsenter":
      Wrapper(
        options: """
          a e F Z c t= S= G= N= W= m? u? i? n? p? C? U? T? r? w? all env target= setuid= setgid= \
          mount? uts? ipc? net? pid? cgroup? user? time? root? wd? wdns= preserve-credentials \
          no-fork follow-context keep-caps user-parent join-cgroup
          """, isElsewhere: true)
    case "choom":
      Wrapper(options: "n= p= adjust= pid=")
    case "uclampset":
      Wrapper(options: "m= M= p= s a R v")
    case "cpulimit":
      Wrapper(
        options: """
          l= p= e= P= z i v b f k r m limit= pid= exe= path= lazy include-children background \
          foreground kill monitor-forks
          """)
    case "numactl":
      Wrapper(
        options: """
          l a s H i= m= N= C= p= interleave= membind= cpunodebind= physcpubind= preferred= all \
          localalloc show hardware
          """)
    case "valgrind":
      Wrapper(
        options: """
          v q tool= quiet verbose leak-check= log-file= error-exitcode= track-origins= \
          trace-children= suppressions= show-leak-kinds= num-callers= gen-suppressions= xml= \
          xml-file= massif-out-file= callgrind-out-file= child-silent-after-fork=
          """)
    case "perf":
      Wrapper(
        options: """
          a d v q n B g e= o= p= t= F= c= C= i= r= x= I= call-graph= event= output= per-thread \
          no-inherit repeat= delay= timeout=
          """, operands: 1, style: .afterDashes)
    case "py-spy":
      Wrapper(
        options: "o= f= r= d= s n i output= format= rate= duration= subprocesses native idle",
        operands: 1, style: .afterDashes)
    case "pkexec":
      Wrapper(options: "user= disable-internal-agent keep-cwd")
    case "sshpass":
      Wrapper(options: "p= f= d= P= e v")
    case "systemd-inhibit":
      Wrapper(options: "what= who= why= mode= list no-pager no-legend")
    case "cgexec":
      Wrapper(options: "g= sticky")
    case "aa-exec":
      Wrapper(options: "p= n= d i v profile= namespace= debug immediate verbose")
    case "chpst":
      Wrapper(options: "u= U= e= /= n= l= L= m= d= o= p= f= c= v P 0 1 2")
    case "setlock":
      Wrapper(options: "n N x X", operands: 1)
    case "tini":
      Wrapper(options: "g s v w p= e=")
    case "dumb-init":
      Wrapper(options: "c v rewrite= single-child verbose")
    case "dbus-launch":
      Wrapper(
        options: "exit-with-session sh-syntax csh-syntax binary-syntax auto-syntax close-stderr")
    case "run0":
      Wrapper(
        options: """
          u= g= D= machine= property= description= slice= slice-inherit user= group= nice= chdir= \
          setenv= background= pty pipe no-ask-password
          """)
    case "watchexec":
      Wrapper(
        options: """
          c r p n v q e= w= W= i= f= s= d= o= S= exts= watch= ignore= filter= signal= debounce= \
          clear? restart postpone shell= no-vcs-ignore on-busy-update= stop-signal= delay-run= \
          stop-timeout= no-ignore
          """, style: .text)
    case "reflex":
      Wrapper(options: "r= R= g= G= s d= e= v all sequential start-service regex= glob=")
    case "lerna":
      Wrapper(
        options: "scope= ignore= concurrency= stream parallel no-bail", operands: 1,
        style: .afterDashes)
    case "firejail":
      Wrapper(
        options: """
          quiet noprofile profile= private? net= noroot seccomp? caps.drop= whitelist= blacklist= \
          read-only= debug name= shell= x11? nosound no3d
          """)
    default: nil
    }
  }

  /// Follows a program whose way of starting others needs code of its own.
  typealias Handler = @Sendable (Interpreter, Invocation) -> [UInt8]?

  /// The handler of a program, where it has one.
  ///
  /// A switch, because a table that is made at every start costs more than all that is looked up in it.
  static func handler(of name: Spelling) -> Handler? {
    switch name.string {
    case "env", "cross-env": { $0.runEnv($1) }
    case "sudo": { $0.runSudo($1) }
    case "su", "runuser", "sg": { $0.runSu($1) }
    case "xargs": { $0.runXargs($1) }
    case "parallel", "sem": { $0.runParallel($1) }
    case "entr": { $0.runEntr($1) }
    case "crontab": { $0.runCrontab($1) }
    case "find": { $0.runFind($1) }
    case "fd", "fdfind": { $0.runFd($1) }
    case "flock": { $0.runFlock($1) }
    case "script": { $0.runScript($1) }
    case "git": { $0.runGit($1) }
    case "tar": { $0.runTar($1) }
    case "rsync": { $0.runOptionTexts($1, ["e", "rsh", "rsync-path"]) }
    case "rg": { $0.runOptionTexts($1, ["pre", "hostname-bin"]) }
    case "sort": { $0.runOptionTexts($1, ["compress-program"]) }
    case "zip": { $0.runOptionTexts($1, ["TT", "unzip-command"]) }
    case "man": { $0.runOptionTexts($1, ["P", "pager", "H", "html"]) }
    case "hyperfine": { $0.runHyperfine($1) }
    case "docker", "podman", "nerdctl": { $0.runDocker($1) }
    case "docker-compose", "podman-compose": { $0.runCompose($1, from: 1) }
    case "kubectl": { $0.runAfterDashes($1, verbs: ["exec", "run", "debug"]) }
    case "oc": { $0.runAfterDashes($1, verbs: ["exec", "rsh", "run", "debug"]) }
    case "heroku": { $0.runHeroku($1) }
    case "at", "batch": { $0.runAt($1) }
    case "tmux", "screen": { $0.runTmux($1) }
    case "npx": { $0.runNpx($1) }
    case "uv", "poetry", "pipenv", "pdm", "hatch", "rye", "bundle", "npm", "pnpm", "yarn", "bun",
      "conda", "mamba", "micromamba", "pipx", "rbenv", "pyenv", "asdf", "railway", "coverage":
      { $0.runManager($1) }
    case "dotenv": { $0.runDotenv($1) }
    case "vim", "vi", "nvim", "ex", "view", "vimdiff", "gvim", "less", "more": { $0.runEditor($1) }
    case "sed", "gsed": { $0.runSed($1) }
    case "awk", "gawk", "mawk", "nawk": { $0.runAwk($1) }
    case "gsplit", "split": { $0.runOptionTexts($1, ["filter"]) }
    case "scp", "sftp": { $0.runCopy($1) }
    case "setarch": { $0.runSetarch($1) }
    case "newgrp": { $0.runInput($1) }
    case "run-parts": { $0.runParts($1) }
    case "start-stop-daemon": { $0.runDaemon($1) }
    case "concurrently":
      { $0.runTexts($1, valued: "n= c= k s r p= names= prefix= kill-others raw") }
    case "nodemon": { $0.runOptionTexts($1, ["x", "exec"]) }
    case "chokidar": { $0.runOptionTexts($1, ["c", "command"]) }
    case "make", "gmake": { $0.runMake($1) }
    case "sqlite3", "psql", "mysql", "mariadb": { $0.runDatabase($1) }
    case "ed", "red": { $0.runEd($1) }
    case "gcc", "g++", "cc", "c++", "cpp", "clang", "clang++", "gfortran": { $0.runCompiler($1) }
    case "pwsh", "powershell", "pwsh.exe", "powershell.exe", "cmd", "cmd.exe":
      { $0.runPowerShell($1) }
    case "nix-shell": { $0.runOptionTexts($1, ["run", "command"]) }
    default: nil
    }
  }
}
