using System.CommandLine;
using System.Text.RegularExpressions;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Options;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Options from the environment: typed options take precedence, and errors name the variable.</summary>
internal sealed class EnvironmentDefaultsTests : CommandFixture
{
    private static readonly string[] s_train = ["train", "pix2pix", "--data", "d", "--out", "r"];

    [Test]
    public void AVariableIsAnOption()
    {
        var parsed = Parse(["train", "dualgan", "--data", "d", "--out", "r"], ("ILGPUGAN_LAMBDA_A", "7"), ("ILGPUGAN_PRESET", "small"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That((parsed.GetValue<object>("--lambda-a"), parsed.GetValue<string>("--preset")), Is.EqualTo((7f, "small")));
    }

    [Test]
    public void WhatIsTypedGoesBefore() => Assert.That(
        Parse([.. s_train, "--lambda-l1", "9"], ("ILGPUGAN_LAMBDA_L1", "7")).GetValue<object>("--lambda-l1"), Is.EqualTo(9f));

    /// <summary>It is no file of further arguments, be it typed or in the environment.</summary>
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
        var parsed = Parse(["report", "--", "runs/p", "--json"], ("ILGPUGAN_OUT", "rep.html"), ("ILGPUGAN_QUIET", "1"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That((parsed.GetValue<string>("--out"), parsed.GetValue<bool>("--quiet")), Is.EqualTo(("rep.html", true)));
        Assert.That(parsed.GetValue<string[]>("RUN"), Is.EqualTo(new[] { "runs/p", "--json" }));
    }

    /// <summary>Steps of the environment would go before the epochs that are typed.</summary>
    [Test]
    public void TypedEpochsGoBeforeSteps() => Assert.That(
        Parse([.. s_train, "--epochs", "3"], ("ILGPUGAN_STEPS", "500")).GetValue<object>("--steps"), Is.Null);

    /// <summary>An option that must be there may be in the environment.</summary>
    [Test]
    public void ItCanBeWhatIsRequired()
    {
        var parsed = Parse(["train", "pix2pix", "--out", "r"], ("ILGPUGAN_DATA", "somewhere else"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That(parsed.GetValue<string>("--data"), Is.EqualTo("somewhere else"));
    }

    [TestCase("ILGPUGAN_FLIP", "0", "--no-flip", true)]
    [TestCase("ILGPUGAN_NO_FLIP", "yes", "--no-flip", true)]
    [TestCase("ILGPUGAN_NO_FLIP", "off", "--no-flip", false)]
    [TestCase("ILGPUGAN_QUIET", "1", "--quiet", true)]
    [TestCase("ILGPUGAN_QUIET", "false", "--quiet", false)]
    [TestCase("ILGPUGAN_QUIET", "", "--quiet", false)]
    public void ASwitchIsOnOrOff(string variable, string value, string option, bool expected) =>
        Assert.That(Parse(s_train, (variable, value)).GetValue<bool>(option), Is.EqualTo(expected));

    /// <summary>One variable for all verbs that compute.</summary>
    [TestCase("train", "pix2pix", "--data", "d", "--out", "r")]
    [TestCase("translate", "--model", "m", "--input", "i", "--out", "o")]
    [TestCase("bench", "step", "--workload", "pix2pix")]
    public void MeasuringKernelsIsSwitchedOffEverywhere(params string[] words)
    {
        var parsed = Parse(words, ("ILGPUGAN_TUNE", "0"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That(parsed.GetValue<bool>("--no-tune"), Is.True);
        Assert.That(Parse([.. words, "--tune"], ("ILGPUGAN_TUNE", "0")).GetValue<bool>("--no-tune"), Is.False);
        Assert.That(Parse(words, ("ILGPUGAN_TUNE", "1")).GetValue<bool>("--no-tune"), Is.False);
    }

    /// <summary>Either way to type a switch goes before the variable.</summary>
    [Test]
    public void ATypedSwitchGoesBefore() =>
        Assert.That(Parse([.. s_train, "--flip"], ("ILGPUGAN_FLIP", "0")).GetValue<bool>("--no-flip"), Is.False);

    /// <summary>A resumed run has its options; the program's own switches still count.</summary>
    [Test]
    public void AResumedRunKeepsItsOptions()
    {
        var parsed = Parse(["train", "--resume", "r"], ("ILGPUGAN_EPOCHS", "3"), ("ILGPUGAN_THREADS", "1"), ("ILGPUGAN_QUIET", "1"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed.Tokens.Select(t => t.Value), Has.No.Member("--epochs").And.No.Member("--threads"));
            Assert.That(parsed.GetValue<bool>("--quiet"));
        }
    }

    /// <summary>One variable serves all verbs; those that have no such option are not disturbed by it.</summary>
    [Test]
    public void OptionsOfOtherVerbsAndFamiliesAreNotMeant()
    {
        Assert.That(Parse(["devices"], ("ILGPUGAN_LAMBDA_L1", "7"), ("ILGPUGAN_SEED", "x")).Errors, Is.Empty);
        Assert.That(Parse(["train", "dcgan", "--data", "d", "--out", "r"], ("ILGPUGAN_LAMBDA_L1", "7")).Errors, Is.Empty);
        Assert.That(Parse(["devices"], ("ILGPUGAN_HELP", "1"), ("ILGPUGAN_VERSION", "3")).Errors, Is.Empty);
    }

    /// <summary>What says how to train is meant for nothing else; the machine and the data are meant for all.</summary>
    [TestCase("translate", "--model", "m", "--input", "i", "--out", "o")]
    [TestCase("generate", "--model", "m", "--out", "o")]
    [TestCase("evaluate", "--model", "m")]
    [TestCase("distill", "--model", "m", "--out", "o")]
    [TestCase("experiment", "run", "discogan")]
    [TestCase("demo")]
    [TestCase("bench", "step", "--workload", "pix2pix")]
    public void OptionsOfTrainingsCountInTrainAlone(params string[] words)
    {
        var parsed = Parse(
            words, ("ILGPUGAN_STEPS", "2000"), ("ILGPUGAN_SEED", "7"), ("ILGPUGAN_DIRECTION", "BtoA"), ("ILGPUGAN_PRESET", "small"),
            ("ILGPUGAN_DEVICE", "cpu"), ("ILGPUGAN_DATA", "d"));
        Assert.That(parsed.Errors, Is.Empty);
        var added = parsed.Tokens.Select(t => t.Value).Except(words).ToList();
        Assert.That(added, Has.Member("--device"));
        Assert.That(added, Is.SubsetOf(new[] { "--device", "cpu", "--data", "d" }));
    }

    [TestCase("export", "--model", "m", "--to", "safetensors", "--out", "o")]
    [TestCase("import", "--from", "f", "--out", "o")]
    [TestCase("data", "synth", "--out", "o")]
    public void OptionsOfTrainingsDoNotDisturb(params string[] words)
    {
        var parsed = Parse(
            words, ("ILGPUGAN_STEPS", "2000"), ("ILGPUGAN_SEED", "7"), ("ILGPUGAN_DIRECTION", "BtoA"), ("ILGPUGAN_LABELS", "a,b"));
        Assert.That(parsed.Errors, Is.Empty);
        Assert.That(parsed.Tokens.Select(t => t.Value).Except(words), Is.Empty);
    }

    /// <summary>A model's pictures have their own size.</summary>
    [Test]
    public void ASizeOfDrawingsIsNoSizeOfTranslations()
    {
        var size = ("ILGPUGAN_SIZE", "32");
        Assert.That(Parse(["data", "synth", "--out", "o"], size).GetValue<int?>("--size"), Is.EqualTo(32));
        Assert.That(Parse(["translate", "--model", "m", "--input", "i", "--out", "o"], size).GetValue<int?>("--size"), Is.Null);
        var generating = Parse(["generate", "--model", "m", "--out", "o"], size);
        Assert.That(generating.Errors, Is.Empty);
        Assert.That(generating.Tokens.Select(t => t.Value), Has.No.Member("--size"));
    }

    /// <summary>A container is set up by variables, also by those that trainings have, too.</summary>
    [Test]
    public void AServerIsSetUpByVariables()
    {
        var parsed = Parse(
            ["serve"], ("ILGPUGAN_MODEL", "zoo:facades"), ("ILGPUGAN_PORT", "8080"), ("ILGPUGAN_PATIENCE", "60"),
            ("ILGPUGAN_THREADS", "1"), ("ILGPUGAN_STEPS", "8"));
        Assert.That(parsed.Errors, Is.Empty);
        string[] added = ["--model", "zoo:facades", "--port", "8080", "--patience", "60", "--threads", "1"];
        Assert.That(parsed.Tokens.Select(t => t.Value).Where(word => word != "serve"), Is.EquivalentTo(added));
    }

    /// <summary>A refusal of what nobody has typed says where it comes from.</summary>
    [Test]
    public async Task ARefusalNamesTheVariable()
    {
        string[] words =
            ["translate", "--model", "zoo:facades", "--input", await DrawnData(), "--out", In("out"), "--device", "cpu"];
        Environment.SetEnvironmentVariable("ILGPUGAN_TILE", "3");
        try
        {
            AssertExplained(
                await Run(words), ExitCode.WrongUsage, "--tile 3 must be a multiple",
                "(--tile is from the environment variable ILGPUGAN_TILE)");
            var typed = await Run([.. words, "--tile", "5"]);
            Assert.That(typed.Error, Does.Contain("--tile 5 must be a multiple").And.Not.Contain("ILGPUGAN_TILE"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ILGPUGAN_TILE", null);
        }
    }

    /// <summary>It is for a file of several networks, and a training may start without one.</summary>
    [Test]
    public async Task ATrainingMayHaveNoUseForANetwork()
    {
        string[] words = ["train", "pix2pix", "--data", In("nowhere"), "--out", In("run")];
        AssertExplained(await Run([.. words, "--network", "netG"]), ExitCode.WrongUsage, "--network chooses a network of --init-from");
        Environment.SetEnvironmentVariable("ILGPUGAN_NETWORK", "netG");
        try
        {
            AssertExplained(await Run(words), ExitCode.Failed, "no such folder"); // It has begun.
        }
        finally
        {
            Environment.SetEnvironmentVariable("ILGPUGAN_NETWORK", null);
        }
    }

    /// <summary>They exclude each other: the variable is for translations that say nothing else.</summary>
    [TestCase("ILGPUGAN_EVAL", "1", "--dropout-seed", "3")]
    [TestCase("ILGPUGAN_DROPOUT_SEED", "1", "--eval")]
    public async Task OfDropoutAndEvalTheTypedOneCounts(string variable, string value, params string[] typed)
    {
        await DrawnData();
        await Do([
            "train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "1", "--quiet",
            .. Tiny("--generator", "unet64", "--load-size", "64", "--crop-size", "64"),
        ]);
        var alone = await Made();
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            Assert.That(await Made(), Is.EqualTo(alone));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        async Task<byte[]> Made()
        {
            var input = Directory.GetFiles(In("data", "val"))[0];
            await Do(["translate", "--model", In("run"), "--input", input, "--out", In("out.png"), "--device", "cpu", .. typed]);
            return await File.ReadAllBytesAsync(In("out.png"));
        }
    }

    /// <summary>As a whole word: there are options that begin alike.</summary>
    [Test]
    public void OnlyOptionsOfAMessageAreExplained()
    {
        var parsed = Parse(["translate", "--model", "m", "--input", "i", "--out", "o"], ("ILGPUGAN_STYLE", "s.png"));
        Assert.That(EnvironmentDefaults.Explained(parsed, "--style-labels is missing"), Is.EqualTo("--style-labels is missing"));
        Assert.That(EnvironmentDefaults.Explained(parsed, "--style: no"), Does.StartWith("--style: no (").And.EndsWith("ILGPUGAN_STYLE)"));
    }

    [TestCase("ILGPUGAN_BATCH_SIZE", "many", "--batch-size")]
    [TestCase("ILGPUGAN_GAN_MODE", "best", "--gan-mode")]
    [TestCase("ILGPUGAN_QUIET", "perhaps", "1 or 0")]
    public void AWrongValueIsNamedWithItsVariable(string variable, string value, string word) => Fails.With<UsageException>(
        () => Parse(s_train, (variable, value)), variable, value, word);

    [Test]
    public void AWrongTokenIsNamedByItsVariableAlone() => Fails.With<UsageException>(
        () => Parse(["serve", "--runs", "r"], ("ILGPUGAN_TOKEN", " a b")), "ILGPUGAN_TOKEN", "spaces between them");

    [TestCase("ILGPUGAN_BATCHSIZE", "ILGPUGAN_BATCH_SIZE")]
    [TestCase("ILGPUGAN_DEVIC", "ILGPUGAN_DEVICE")]
    [TestCase("ILGPUGAN_QIET", "ILGPUGAN_QUIET")]
    public void AMistypedVariableIsNamedWithTheOneThatIsMeant(string variable, string meant) => Assert.That(
        EnvironmentDefaults.Mistyped(Parse(s_train), [variable]),
        Is.EqualTo(new[] { $"the environment variable {variable} sets no option; perhaps {meant} is meant" }));

    /// <summary>A name that has no effect here is no advice.</summary>
    [Test]
    public void AVariableOfTrainingsIsNotMeantElsewhere() => Assert.That(
        EnvironmentDefaults.Mistyped(Parse(["evaluate", "--model", "m"]), ["ILGPUGAN_DIRECTON"]), Is.Empty);

    /// <summary>Once for all of them, and not where a model is used, which brings what it was trained with.</summary>
    [Test]
    public async Task WhatCountsInTrainAloneIsSaid()
    {
        string[] words = ["data", "synth", "--count", "1", "--val", "1", "--size", "32", "--out"];
        Assert.That(
            Unused(["distill", "--model", "m", "--data", "d", "--out", "o"]),
            Is.EqualTo("ILGPUGAN_STEPS and ILGPUGAN_SEED count in train alone; for distill type --steps and --seed"));
        Assert.That(Unused([.. words, "o", "--seed", "1"]), Is.Null, "typed");
        Assert.That(Unused(s_train), Is.Null);
        Environment.SetEnvironmentVariable("ILGPUGAN_SEED", "7");
        try
        {
            Assert.That(
                (await Run([.. words, In("a")])).Error.Trim(),
                Is.EqualTo("Warning: ILGPUGAN_SEED counts in train alone; for data synth type --seed."));
            await DoInSilence([.. words, In("b"), "--quiet"]);
            Assert.That((await Run("generate", "--model", In("none"), "--out", In("c"))).Error, Does.Not.Contain("ILGPUGAN_SEED"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ILGPUGAN_SEED", null);
        }

        static string? Unused(string[] typed) => EnvironmentDefaults.Unused(
            Parse(typed), typed[0], name => name is "ILGPUGAN_SEED" or "ILGPUGAN_STEPS" or "ILGPUGAN_SIZE" ? "7" : null);
    }

    [Test]
    public async Task ItIsNamedInAWarning()
    {
        Environment.SetEnvironmentVariable("ILGPUGAN_FAMILES", "a.dll");
        try
        {
            var (code, _, error) = await Run("families");
            Assert.That((code, error.Trim()), Is.EqualTo((
                ExitCode.Done,
                "Warning: the environment variable ILGPUGAN_FAMILES sets no option; perhaps ILGPUGAN_FAMILIES is meant.")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ILGPUGAN_FAMILES", null);
        }
    }

    /// <summary>Options of other verbs and families, and what program and tests have besides options, are meant as they are.</summary>
    [Test]
    public void OtherVariablesAreNotMistyped()
    {
        var files = new[] { "engine", "models", "tools", "benchmarks", "kernels-tests" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "*.cs", SearchOption.AllDirectories));
        var known = files.Where(file => Path.GetFileName(file) != $"{nameof(EnvironmentDefaultsTests)}.cs")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "ILGPUGAN(_[A-Z0-9]+)+")).Select(match => match.Value)
            .Append("ILGPUGAN_SEEDS").Append("ILGPUGAN_LAMBDA_A").Distinct().ToList();
        Assert.That(known, Has.Member("ILGPUGAN_PTXAS").And.Member("ILGPUGAN_RANK_TIMEOUT"));
        var root = Application.RootFor([]);
        Assert.That(
            PathsOf(root).SelectMany(words => EnvironmentDefaults.Mistyped(root.Parse(words), known).Select(m => (words[^1], m))),
            Is.Empty);

        static IEnumerable<string[]> PathsOf(Command command) => command.Subcommands.SelectMany(
            sub => PathsOf(sub).Select(path => (string[])[sub.Name, .. path]).Append([sub.Name]));
    }

    private static ParseResult Parse(string[] words, params (string Name, string Value)[] variables) => EnvironmentDefaults.Parse(
        Application.RootFor(words), words, name => variables.FirstOrDefault(v => v.Name == name).Value);
}
