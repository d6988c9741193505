using System.CommandLine;
using System.Text.RegularExpressions;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Options;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Options from the environment: typed options take precedence, and errors name the variable.</summary>
internal sealed class EnvironmentDefaultsTests : CommandFixture
{
    private static readonly string[] s_train = ["train", "pix2pix", "--data", "d", "--out", "r"];
    private static readonly string[] s_translate = ["translate", "--model", "m", "--input", "i", "--out", "o"];

    [Test]
    public void WhatIsTypedGoesBefore()
    {
        Assert.That(Parse(s_train, ("ILGPUGAN_THREADS", "7")).GetValue<object>("--threads"), Is.EqualTo(7));
        Assert.That(Parse([.. s_train, "--threads", "9"], ("ILGPUGAN_THREADS", "7")).GetValue<object>("--threads"), Is.EqualTo(9));
    }

    /// <summary>It is no file of further arguments, be it typed or in the environment, where what must be there may be, too.</summary>
    [Test]
    public void ANameMayBeginWithAnAtSign()
    {
        Check(Parse(["train", "pix2pix", "--data", "@d", "--out", "@r.png"]));
        Check(Parse(["train", "pix2pix", "--out", "@r.png"], ("ILGPUGAN_DATA", "@d")));

        static void Check(ParseResult parsed)
        {
            Assert.That(parsed.Errors, Is.Empty);
            Assert.That((parsed.GetValue<string>("--data"), parsed.GetValue<string>("--out")), Is.EqualTo(("@d", "@r.png")));
        }
    }

    /// <summary>Behind two dashes words are arguments; a variable is an option all the same.</summary>
    [Test]
    public void ArgumentsBehindDashesStayArguments()
    {
        var parsed = Parse(["kernels", "bench", "--", "--json"], ("ILGPUGAN_DEVICE", "cpu"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That((parsed.GetValue<string>("--device"), parsed.GetValue<bool>("--json")), Is.EqualTo(("cpu", false)));
    }

    /// <summary>One variable for all verbs that compute; either way to type a switch goes before it.</summary>
    [Test]
    public void ASwitchIsOnOrOff()
    {
        foreach (var words in (string[][])[s_train, s_translate, ["bench", "step", "--workload", "pix2pix"]])
        {
            Assert.That(Parse(words, ("ILGPUGAN_TUNE", "0")).GetValue<bool>("--no-tune"), Is.True);
            Assert.That(Parse([.. words, "--tune"], ("ILGPUGAN_TUNE", "off")).GetValue<bool>("--no-tune"), Is.False);
            Assert.That(Parse(words, ("ILGPUGAN_TUNE", "yes")).GetValue<bool>("--no-tune"), Is.False);
            Assert.That(Parse(words, ("ILGPUGAN_TUNE", "")).GetValue<bool>("--no-tune"), Is.False);
        }
    }

    /// <summary>A resumed run has its options; and what says how to train, translate or serve is typed.</summary>
    [TestCase("train", "--resume", "r")]
    [TestCase("devices")]
    [TestCase("data", "synth", "--out", "o")]
    public void NothingElseIsSet(params string[] words)
    {
        var parsed = Parse(
            words, ("ILGPUGAN_THREADS", "1"), ("ILGPUGAN_SEED", "7"), ("ILGPUGAN_SIZE", "32"), ("ILGPUGAN_QUIET", "1"),
            ("ILGPUGAN_HELP", "1"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That(parsed.Tokens.Select(t => t.Value), Is.EqualTo(words));
    }

    /// <summary>A refusal of what nobody has typed says where it comes from, as a whole word: there are options that begin alike.</summary>
    [Test]
    public void ARefusalNamesTheVariable()
    {
        var parsed = Parse(s_train, ("ILGPUGAN_DEVICE", "tpu"));
        Assert.That(EnvironmentDefaults.Explained(parsed, "--device-x: no"), Is.EqualTo("--device-x: no"));
        Assert.That(
            EnvironmentDefaults.Explained(parsed, "--device tpu: no"),
            Is.EqualTo("--device tpu: no (--device is from the environment variable ILGPUGAN_DEVICE)"));
    }

    [TestCase("ILGPUGAN_THREADS", "many", "--threads")]
    [TestCase("ILGPUGAN_TUNE", "perhaps", "1 or 0")]
    public void AWrongValueIsNamedWithItsVariable(string variable, string value, string word) => Fails.With<UsageException>(
        () => Parse(s_train, (variable, value)), variable, value, word);

    /// <summary>A secret, which other users of the machine would see on a command line.</summary>
    [Test]
    public void AWrongTokenIsNamedByItsVariableAlone() => Fails.With<UsageException>(
        () => Parse(["serve", "--runs", "r"], ("ILGPUGAN_TOKEN", " a b")), "ILGPUGAN_TOKEN", "spaces between them");

    [TestCase("ILGPUGAN_DEVIC", "; perhaps ILGPUGAN_DEVICE is meant")]
    [TestCase("ILGPUGAN_BATCH_SIZE", ": type --batch-size")]
    public async Task AVariableThatSetsNothingIsNamed(string variable, string advice)
    {
        Environment.SetEnvironmentVariable(variable, "3");
        try
        {
            Assert.That(
                (await Run([.. s_train])).Error, Does.StartWith($"Warning: the environment variable {variable} sets nothing{advice}."));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    /// <summary>Options of other verbs and families, and what program and tests have besides options, are meant as they are.</summary>
    [Test]
    public void OtherVariablesAreNotMistyped()
    {
        var files = new[] { "engine", "models", "tools", "benchmarks", "kernels-tests" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "*.cs", SearchOption.AllDirectories));
        var known = files.Where(file => Path.GetFileName(file) != $"{nameof(EnvironmentDefaultsTests)}.cs")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "ILGPUGAN(_[A-Z0-9]+)+"))
            .Select(match => match.Value).Distinct().ToList();
        Assert.That(known, Has.Member("ILGPUGAN_PTXAS").And.Member("ILGPUGAN_RANK_TIMEOUT"));
        var root = Application.RootFor([]);
        Assert.That(
            PathsOf(root).SelectMany(words => EnvironmentDefaults.WithoutEffect(root.Parse(words), known).Select(m => (words[^1], m))),
            Is.Empty);

        static IEnumerable<string[]> PathsOf(Command command) => command.Subcommands.SelectMany(
            sub => PathsOf(sub).Select(path => (string[])[sub.Name, .. path]).Append([sub.Name]));
    }

    private static ParseResult Parse(string[] words, params (string Name, string Value)[] variables) => EnvironmentDefaults.Parse(
        Application.RootFor(words), words, name => variables.FirstOrDefault(v => v.Name == name).Value);
}
