import JSONText

/// Options of widely used programs that stand before the subcommand and take the next argument, for sets that say
/// nothing of them.
enum KnownOptions {
  /// The options of a program; nil for one that is not known.
  static func valued(_ program: Text) -> [Text]? { table[program] }

  private static let table: [Text: [Text]] = [
    "alembic": ["-c", "--config", "-n", "--name", "-x"],
    "aws": ["--profile", "--region", "--output", "--endpoint-url", "--query", "--ca-bundle"],
    "az": ["--subscription", "--output", "-o", "--query"],
    "cargo": ["--color", "--config", "-Z", "-C", "--manifest-path"],
    "docker": ["-c", "--context", "-H", "--host", "--config", "-l", "--log-level"],
    "docker-compose": ["-f", "--file", "-p", "--project-name", "--profile", "--env-file"],
    "flask": ["-A", "--app", "-e", "--env-file"],
    "gcloud": ["--project", "--account", "--configuration", "--format", "--region", "--zone"],
    "gh": ["-R", "--repo", "--hostname"],
    "git": [
      "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--config-env",
      "--attr-source",
    ],
    "go": ["-C"],
    "helm": ["-n", "--namespace", "--kube-context", "--kubeconfig", "--registry-config"],
    "heroku": ["-a", "--app", "-r", "--remote", "-t", "--team"],
    "kubectl": [
      "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server",
      "--token", "--as", "--as-group", "-v", "--request-timeout",
    ],
    "npm": ["-C", "--prefix", "-w", "--workspace", "--loglevel", "--registry", "--userconfig"],
    "pip": ["--python", "--log", "--proxy", "--timeout", "--cache-dir", "--cert"],
    "pnpm": ["-C", "--dir", "-F", "--filter", "--loglevel"],
    "podman": ["-c", "--connection", "--url", "--log-level", "--root", "--runroot"],
    "poetry": ["-C", "--directory", "-P", "--project"],
    "svn": ["--username", "--password", "--config-dir", "--config-option"],
    "systemctl": ["-H", "--host", "-M", "--machine", "-t", "--type", "-p", "--property"],
    "terraform": [],
    "uv": ["--directory", "--project", "--config-file", "--cache-dir", "--color"],
    "yarn": ["--cwd", "--use-yarnrc", "--modules-folder"],
  ]
}
