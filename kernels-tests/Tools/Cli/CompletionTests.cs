using System.Diagnostics;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What a shell offers when somebody presses Tab.</summary>
public sealed class CompletionTests : CommandFixture
{
    [TestCase("ilgpugan tra", "train translate")]
    [TestCase("ilgpugan train pix2pi", "pix2pix pix2pixhd")]
    [TestCase("ilgpugan translate --mo", "--model")]
    [TestCase("ilgpugan translate --verb", "--verbose")]
    [TestCase("ilgpugan translate --direction ", "AtoB BtoA")]
    [TestCase("ilgpugan translate --direction B", "BtoA")]
    [TestCase("ilgpugan translate --model ", "")]
    [TestCase("ilgpugan data sy", "synth")]
    [TestCase("ilgpugan train cyclegan --quiet --lambda-i", "--lambda-identity")]
    [TestCase("ilgpugan completions ", "bash pwsh zsh")]
    [TestCase("ilgpugan completions --", "--families --help --json --quiet --verbose")]
    [TestCase("ilg", "")]
    [TestCase("", "")]
    public void WhatMayComeNext(string line, string words) =>
        Assert.That(string.Join(' ', Completion.Of(line, line.Length)), Is.EqualTo(words));

    [Test]
    public void VerbsAreOfferedWhereNothingIsTyped() =>
        Assert.That(Completion.Of("ilgpugan ", 9), Is.SupersetOf(new[] { "demo", "train", "translate" }));

    /// <summary>What stands behind the cursor counts as little as a space that a shell has cut off.</summary>
    [Test]
    public void TheCursorSaysWhere()
    {
        Assert.That(Completion.Of("ilgpugan tran --model x", 13), Is.EqualTo(new[] { "translate" }));
        Assert.That(Completion.Of("ilgpugan translate --direction", 31), Is.EqualTo(new[] { "AtoB", "BtoA" }));
    }

    /// <summary>The script in a real shell, with the program behind its name.</summary>
    [Test]
    public async Task BashCompletes()
    {
        var script = await Do("completions", "bash");
        await File.WriteAllTextAsync(In("completions"), script);
        await File.WriteAllTextAsync(In("typed"), $$"""
            ilgpugan() { dotnet "{{Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll")}}" "$@"; }
            source "{{In("completions")}}"
            COMP_LINE='ilgpugan translate --direction '
            COMP_POINT=${#COMP_LINE}
            _ilgpugan
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        Assert.That(WhatAShellPrints("bash", In("typed")), Is.EqualTo(new[] { "AtoB", "BtoA" }));
    }

    /// <summary>The same in PowerShell, which asks for what is typed by its own syntax: quotes, and a command behind another.</summary>
    [TestCase("ilgpugan translate --direction ", "AtoB BtoA")]
    [TestCase("ilgpugan translate --model \"my run\\\" --direction B", "BtoA")]
    [TestCase("1; ilgpugan data sy", "synth")]
    public async Task PowerShellCompletes(string typed, string words)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("the program behind its name is a shell's script");
            return;
        }

        await File.WriteAllTextAsync(In("completions.ps1"), await Do("completions", "pwsh"));
        await File.WriteAllTextAsync(In("ilgpugan"), $$"""
            #!/bin/sh
            exec dotnet "{{Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll")}}" "$@"
            """);
        File.SetUnixFileMode(In("ilgpugan"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(In("typed.ps1"), $$"""
            . '{{In("completions.ps1")}}'
            (TabExpansion2 '{{typed}}' {{typed.Length}}).CompletionMatches.CompletionText
            """);
        var offered = WhatAShellPrints("pwsh", "-NoProfile", "-NonInteractive", "-File", In("typed.ps1"));
        Assert.That(offered, Is.EqualTo(words.Split(' ')));
    }

    /// <summary>Its lines, with this test's folder first in the path; the test is left out where there is no such shell.</summary>
    private string[] WhatAShellPrints(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments);
        start.Environment["PATH"] = Folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        SystemProgram.Require(name);
        return SystemProgram.Finish(start).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
