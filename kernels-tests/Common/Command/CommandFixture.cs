using IlgpuGan.Cli;

namespace IlgpuGan.TestsCommon;

/// <summary>Runs the command line in this process, with a temporary folder per test.</summary>
/// <param name="threads">as for <see cref="InFolder"/></param>
public abstract class CommandFixture(int threads = 0) : InFolder(threads)
{
    /// <summary>Options of a network small enough for a few quick training steps.</summary>
    /// <param name="changes">Options to replace or add, each followed by its value.</param>
    protected static string[] Tiny(params string[] changes)
    {
        var options = new Dictionary<string, string>
        {
            ["--generator"] = "unet32", ["--ngf"] = "4", ["--ndf"] = "4", ["--load-size"] = "32", ["--crop-size"] = "32",
            ["--sample-freq"] = "0", ["--log-freq"] = "1",
        };
        foreach (var change in changes.Chunk(2))
        {
            options[change[0]] = change[1];
        }

        return [.. options.SelectMany(o => new[] { o.Key, o.Value })];
    }

    protected sealed record Outcome(int Code, string Output, string Error);

    protected static async Task<Outcome> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Application.RunAsync(args, output, error);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed, and returns its output.</summary>
    protected internal static async Task<string> Do(params string[] args)
    {
        var outcome = await Run(args);
        Assert.That(outcome.Code, Is.Zero, $"{string.Join(' ', args)}\n{outcome.Error}");
        return outcome.Output;
    }

    /// <summary>Runs a command that must succeed and say nothing on its error stream, and returns its output.</summary>
    protected static async Task<string> DoInSilence(params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.That((code, error), Is.EqualTo((ExitCode.Done, "")), string.Join(' ', args));
        return output;
    }

    /// <summary>A synthetic data set of 32-pixel pairs: 6 for training, 2 for validation.</summary>
    protected async Task<string> DrawnData()
    {
        await Do("data", "synth", "--out", In("data"), "--count", "6", "--val", "2", "--size", "32");
        return In("data");
    }

    /// <summary>A pix2pix run of a few steps on synthetic data.</summary>
    protected async Task<string> TrainedRun(int steps = 2, string name = "run")
    {
        if (!Directory.Exists(In("data")))
        {
            await DrawnData();
        }

        await Do(["train", "pix2pix", "--data", In("data"), "--out", In(name), "--steps", $"{steps}", "--quiet", .. Tiny()]);
        return In(name);
    }

    /// <summary>Asserts an error message for users: one paragraph, no stack trace, no type names, with the given words.</summary>
    protected static void AssertExplained(Outcome outcome, int code, params string[] words)
    {
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Code, Is.EqualTo(code), outcome.Error);
            Assert.That(outcome.Error.Trim(), Is.Not.Empty);
            Assert.That(outcome.Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
            Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.LessThanOrEqualTo(3), outcome.Error);
            foreach (var word in words)
            {
                Assert.That(outcome.Error, Does.Contain(word));
            }
        });
    }
}
