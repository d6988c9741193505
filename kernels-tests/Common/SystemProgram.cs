namespace IlgpuGan.TestsCommon;

/// <summary>Programs beside .NET that some tests run.</summary>
internal static class SystemProgram
{
    /// <summary>Skips the test by name if a program is missing: a path, or a name that is looked for on the <c>PATH</c>.</summary>
    public static void Require(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(programs, p => !File.Exists(p) && !Array.Exists(folders, f => File.Exists(Path.Combine(f, p)))) is { } missing)
        {
            Assert.Ignore($"needs {missing}");
        }
    }
}
