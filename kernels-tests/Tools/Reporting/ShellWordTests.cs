using System.Diagnostics;

namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>Printed commands can be pasted: each word is one word, of its own letters.</summary>
public sealed class ShellWordTests
{
    private static readonly string[] s_words =
    [
        "run", "my run", "it's", "a\"b", "$HOME", "`id`", "100%", "%PATH%", "a&b", "a;b|c", "(x)", "*", "~", "=ls", "ä/ß", "!x", "#1",
        "a\\b", "", "a,b", "“q”", "new\nline",
    ];

    [TestCase("runs/a", "runs/a")]
    [TestCase("my runs/a", "'my runs/a'")]
    [TestCase("it's", "'it'\\''s'")]
    [TestCase("$(rm)", "'$(rm)'")]
    [TestCase("", "''")]
    public void AWordOfSh(string text, string quoted) => Assert.That(ShellWord.Of(text, isWindows: false), Is.EqualTo(quoted));

    /// <summary>Double quotes mean the same to cmd and to PowerShell; what one would expand is in PowerShell's single ones.</summary>
    [TestCase(@"runs\a", @"runs\a")]
    [TestCase(@"C:\my runs\a", @"""C:\my runs\a""")]
    [TestCase(@"C:\my runs\", @"""C:\my runs\\""")]
    [TestCase("it's (1) & more", "\"it's (1) & more\"")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("100%", "'100%'")]
    [TestCase("$a's", "'$a''s'")]
    [TestCase("`", "'`'")]
    [TestCase("“a”’s", "'“a”’’s'")]
    [TestCase("", "\"\"")]
    public void AWordOfWindows(string text, string quoted) => Assert.That(ShellWord.Of(text, isWindows: true), Is.EqualTo(quoted));

    [Test]
    public void ALineForPowerShellSaysSo()
    {
        Assert.That(ShellWord.Line(true, "ilgpugan", "serve", "--model", "my run"), Is.EqualTo("ilgpugan serve --model \"my run\""));
        Assert.That(
            ShellWord.Line(true, "ilgpugan", "serve", "--model", "100%"),
            Is.EqualTo("ilgpugan serve --model '100%'   # PowerShell, not cmd"));
        Assert.That(ShellWord.Line(false, "ilgpugan", "serve", "--model", "100%"), Is.EqualTo("ilgpugan serve --model '100%'"));
    }

    /// <summary>By each shell that is installed.</summary>
    [TestCase("sh", "-c")]
    [TestCase("bash", "-c")]
    [TestCase("zsh", "-c")]
    [TestCase("pwsh", "-NoProfile", "-Command")]
    public void AShellTakesEachForOneWord(string shell, params string[] options)
    {
        SystemProgram.Require(shell, "printf");
        var words = shell == "pwsh" ? s_words.Where(w => w.Length > 0) : s_words; // Older ones drop an empty word.
        var line = ShellWord.Line(shell == "pwsh", ["printf", "%s|", .. words]).Split("   #")[0];
        var (_, said, _) = SystemProgram.Finish(new ProcessStartInfo(shell, [.. options, line]));
        Assert.That(said, Is.EqualTo(string.Concat(words.Select(w => w + "|"))));
    }
}
