using System.Diagnostics;
using IlgpuGan.Cli.Terminal;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>What a shell offers when somebody presses Tab.</summary>
public sealed class CompletionTests : CommandLine
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
    [TestCase("ilgpugan completions ", "bash zsh")]
    [TestCase("ilgpugan completions --", "--help --json --quiet --verbose")]
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

    [Test]
    public async Task TheProgramAnswersShells() =>
        Assert.That(
            (await Do("completions", "--line", "ilgpugan tra", "--position", "12")).Split('\n', StringSplitOptions.TrimEntries),
            Is.EqualTo(new[] { "train", "translate", "" }));

    [TestCase("bash", "complete -o default -F _ilgpugan ilgpugan")]
    [TestCase("zsh", "compdef _ilgpugan ilgpugan")]
    public async Task EachShellHasItsScript(string shell, string line) => Assert.That(await Do("completions", shell), Does.Contain(line));

    [Test]
    public async Task MistakesAreExplained()
    {
        AssertExplained(await Run("completions"), 2, "bash|zsh");
        AssertExplained(await Run("completions", "fish"), 2, "fish", "bash, zsh");
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
        Process bash;
        try
        {
            bash = Process.Start(
                new ProcessStartInfo("bash", [In("typed")]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("bash is not installed");
            return;
        }

        using (bash)
        {
            var offered = await bash.StandardOutput.ReadToEndAsync();
            await bash.WaitForExitAsync();
            Assert.That(offered.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "AtoB", "BtoA" }));
        }
    }
}
