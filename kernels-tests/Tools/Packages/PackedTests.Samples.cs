using System.Diagnostics;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>The samples, compiled and run from the packages alone.</summary>
public sealed partial class PackedTests
{
    [Test]
    public void TheSampleOfModelsTrainsAndTranslates()
    {
        RunSample("pix2pix", "2");
        AssertTranslated(_folder);
        new SyntheticFacades(2, 128, first: 9).WriteTo(In("other", "train"));
        RunSample("pix2pix", "2", "other");
        Assert.That(File.ReadAllText(In("run-other", "options.json")), Does.Match("\"data\": *\"other\""), "other pairs have another run");
    }

    [Test]
    public void TheSampleOfNoiseGenerates()
    {
        RunSample("noise", "2");
        Assert.That(PictureFile.Load(In("generated8.png")).Width, Is.EqualTo(32));
        RunSample("noise", "3");
        Assert.That(File.ReadLines(In("dcgan-houses", "log.jsonl")), Is.Not.Empty, "it goes on with its run");
    }

    [Test]
    public void TheSampleOfTensorsLearns()
    {
        var losses = RunSample("loop").Split('\n').Select(l => l.Split(": ")).Where(l => l.Length == 2 && int.TryParse(l[0], out _))
            .Select(l => double.Parse(l[1])).ToList();
        Assert.That(losses, Has.Count.EqualTo(6));
        Assert.That(losses[^1], Is.LessThan(losses[0] / 2));
    }

    [Test]
    public void TheSampleOfOnesOwnAddsFunctionsASourceAndAMeasure()
    {
        var told = RunSample("own", "10");
        Assert.That(told, Does.Contain("slopes of x·tanh x at −1, 0 and 1: ").And.Contain("bumps there: 0.500; 1.000; 0.500"));
        Assert.That(told, Does.Match("best: greenness [0-9.]+ after 10 steps").And.Match("of other discs: greenness [0-9.]+, L1 "));
        Assert.That(RunSample("own", "20"), Does.Match("best: greenness [0-9.]+ after [12]0 steps"), "it goes on with its run");
    }

    [Test]
    public void TheSampleOfDevicesListsAndOpensThem()
    {
        Assert.That(RunSample("devices", "cpu"), Does.Contain("cuda").And.Contain("ilgpu-cpu").And.Contain("cpu computed [256,256]"));
        Assert.That(RunSample("devices", "cuda:99"), Does.Contain("There is no cuda:99 here").And.Contain("computed [256,256]"));
    }

    [Test]
    public void TheSampleOfTwoNetworksLearns()
    {
        var told = RunSample("gan", "1000");
        var radius = double.Parse(told.Split("mean radius ")[^1].Trim(), CultureInfo.InvariantCulture);
        Assert.That(radius, Is.EqualTo(1).Within(0.15), told);
    }

    [Test]
    public void TheSampleOfAFamilyTrainsAndTranslates()
    {
        Assert.That(RunSample("family", "3"), Does.Contain("what a regression makes after 3 steps"));
        Assert.That(PictureFile.Load(In("regression.png")).Width, Is.EqualTo(64));
    }

    [Test]
    public void TheSampleOfStreamsTranslates()
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        PictureFile.Save(new Picture(labels), In("sent.png"));
        File.Copy(Sources.SamplePath("pipe"), In("pipe.cs"), overwrite: true);
        Succeed(_folder, s_dotnet, "build", "pipe.cs", "-o", "pipe");
        var start = new ProcessStartInfo(s_dotnet, [In("pipe", "pipe.dll"), "zoo:facades"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using (var input = process.StandardInput.BaseStream)
        {
            input.Write(File.ReadAllBytes(In("sent.png")));
        }

        using var made = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(made);
        Assert.That(PictureFile.Decode(made.ToArray(), "made").Width, Is.EqualTo(128));

        start.RedirectStandardError = true;
        using var nothing = Process.Start(start)!;
        nothing.StandardInput.Close();
        var said = nothing.StandardError.ReadToEnd().Trim();
        nothing.WaitForExit();
        Assert.That((nothing.ExitCode, said.Contains('\n')), Is.EqualTo((1, false)), said);
    }

    /// <summary>
    /// The WGAN-GP of the library's page imports nothing of ours, stops and goes on; without the SDK's implicit usings, a line of its
    /// project is the import.
    /// </summary>
    [Test]
    public void TheLoopOnThePageRuns()
    {
        var sample = File.ReadLines(Sources.SamplePath("wgan"))
            .Select(l => l.Replace("steps = 2000", "steps = 10", StringComparison.Ordinal)).ToList();
        Assert.That(sample, Has.None.StartsWith("using IlgpuGan"));
        Directory.CreateDirectory(In("pictures"));
        var facades = new SyntheticFacades(20, 32);
        for (var i = 0; i < facades.Count; i++)
        {
            PictureFile.Save(new Picture(facades.Draw(i).Photo), In("pictures", $"{i}.png"));
        }

        File.WriteAllLines(In("wgan.cs"), sample);
        Succeed(_folder, s_dotnet, "run", "wgan.cs");
        Assert.That(File.ReadLines(In("runs", "wgan", "log.jsonl")).Count(), Is.EqualTo(2));
        Succeed(_folder, s_dotnet, "run", "wgan.cs");
        string[] own = ["#:property ImplicitUsings=disable", "#:property IlgpuGanUsings=true"];
        File.WriteAllLines(In("bare.cs"), [.. sample.Take(2), .. own, "using System;", "using System.IO;", .. sample.Skip(2)]);
        Succeed(_folder, s_dotnet, "run", "bare.cs");
    }

    [Test]
    public void TheSampleOfImagingResizes()
    {
        var (labels, _) = new SyntheticFacades(1, 512).Draw(0);
        PictureFile.Save(new Picture(labels), In("large.png"));
        Assert.That(RunSample("resize", "large.png", "small.png"), Does.Contain("512×512 -> 256×256"));
        var small = ImageFile.Load(In("small.png"));
        Assert.That((small.Width, small.Height), Is.EqualTo((256, 256)));
        AssertSaysInALine("resize", "nowhere.png", "small.png");
    }

    [Test]
    public void TheSampleOfTheImageGeneratorTranslates()
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        PictureFile.Save(new Picture(labels), In("drawing.png"));
        RunSample("ai", "drawing.png", "house.png");
        Assert.That(PictureFile.Load(In("house.png")).Width, Is.EqualTo(128));
        AssertSaysInALine("ai", "nowhere.png", "house.png");
        AssertSaysInALine("ai", "drawing.png", "nowhere/house.png");
    }

    /// <summary>A sample that has run fails with a line that names the file.</summary>
    private void AssertSaysInALine(string sample, string input, string output)
    {
        var (code, said) = Start(_folder, s_dotnet, ["run", In(sample + ".cs"), "--", input, output]);
        Assert.That(code, Is.EqualTo(1), said);
        Assert.That(said.Trim(), Does.Contain("nowhere").And.Not.Contain("\n"));
    }

    /// <summary>
    /// Compiled ahead of time without a warning, run without a single variable: the bits that this process computes, and a start that
    /// nobody notices.
    /// </summary>
    [Test]
    public void TheNativeSampleTranslates()
    {
        Require(Start(Clone, s_dotnet, ["restore", "engine/Imaging", "-r", NameOfSystem(), "-p:PublishAot=true"]));
        File.Copy(Sources.SamplePath("translate"), In("translate.cs"), overwrite: true);
        var (made, output) = Start(_folder, s_dotnet, ["publish", "translate.cs", "-o", "native", "-p:TreatWarningsAsErrors=true"]);
        Assume.That(output, Does.Not.Contain("Platform linker"), "a linker is installed");
        Assert.That(made, Is.Zero, output);

        var (labels, _) = new SyntheticFacades(1, 256).Draw(0);
        PictureFile.Save(new Picture(labels), In("labels.png"));
        using var device = Device.Open("cpu");
        PictureFile.Save(Translator.Open("zoo:facades", device).Translate(new Picture(labels)), In("here.png"));

        var program = Directory.GetFiles(In("native"), "translate*").Single(f => Path.GetExtension(f) is "" or ".exe");
        var seconds = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var start = new ProcessStartInfo(program, ["zoo:facades", In("labels.png"), In("native.png")]);
            start.Environment.Clear();
            var clock = Stopwatch.StartNew();
            var (code, said) = Finish(start);
            seconds.Add(clock.Elapsed.TotalSeconds);
            Assert.That(code, Is.Zero, said);
        }

        foreach (var (model, input) in new[] { ("zoo:facades", "nowhere.png"), ("zoo:facades", "translate.cs"), ("nowhere", "labels.png") })
        {
            var (code, said) = Finish(new ProcessStartInfo(program, [model, In(input), In("none.png")]));
            Assert.That(code, Is.EqualTo(1), said);
            Assert.That(said.Trim(), Does.Contain(model == "nowhere" ? model : input).And.Not.Contain("\n"));
        }

        Assert.That(File.ReadAllBytes(In("native.png")), Is.EqualTo(File.ReadAllBytes(In("here.png"))));
        Assert.That(Enumerable.Range(0, 5).Min(_ => Seconds(new ProcessStartInfo(program))), Is.LessThan(0.06), "the start alone");
        TestContext.Out.WriteLine($"{new FileInfo(program).Length / 1e6:F1} MB, a picture of 256×256 in {seconds.Min():F3} s");

        static double Seconds(ProcessStartInfo start)
        {
            var clock = Stopwatch.StartNew();
            Assert.That(Finish(start).Code, Is.EqualTo(2), "it was named no model");
            return clock.Elapsed.TotalSeconds;
        }
    }

    [Test]
    public async Task TheSampleOfHostingAnswers()
    {
        var file = In("web.cs");
        File.Copy(Sources.SamplePath("web"), file, overwrite: true);
        Succeed(_folder, s_dotnet, "build", file, "-o", In("web"), "-p:PublishAot=false"); // Else it restores the native compiler.
        await Asked(new ProcessStartInfo(s_dotnet, [In("web", "web.dll")]));
    }

    /// <summary>Starts a service of the sample's code, and asks it.</summary>
    private static async Task Asked(ProcessStartInfo start)
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        using var device = Device.Open("cpu");
        var expected = PictureFile.Encode(Translator.Open("zoo:facades", device).Translate(new Picture(labels)), ImageFormat.Png, "house");
        foreach (var word in new[] { "--urls", "http://127.0.0.1:0" })
        {
            start.ArgumentList.Add(word);
        }

        (start.RedirectStandardOutput, start.UseShellExecute) = (true, false);
        using var process = Process.Start(start)!;
        try
        {
            string? line;
            while ((line = await process.StandardOutput.ReadLineAsync()) is not null
                && !line.Contains("listening on", StringComparison.Ordinal))
            {
            }

            using var client = new HttpClient { BaseAddress = new Uri(line!.Split(' ')[^1]) };
            Assert.That(await client.GetStringAsync("health"), Is.EqualTo("Healthy"));
            foreach (var address in new[] { "facades", "paint", "paint/api/models/facades/translate" })
            {
                using var sent = new ByteArrayContent(PictureFile.Encode(new Picture(labels), ImageFormat.Png, "drawing"));
                using var answer = await client.PostAsync(address, sent);
                Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
                var house = PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "house");
                AssertNear(house, PictureFile.Decode(expected, "expected"));
                using var refused = await client.PostAsync(address, new StringContent("no picture"));
                Assert.That((int)refused.StatusCode, Is.EqualTo(400));
                Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("not a PNG or JPEG"));
            }

            Assert.That(await client.GetStringAsync("paint/"), Does.Contain("<html"));
            Assert.That(await client.GetStringAsync("paint/api/models"), Does.Contain("\"facades\""));
            Assert.That(await client.GetStringAsync("paint/openapi.json"), Does.Contain("/api/models/{name}/translate"));
            Assert.That(await client.GetByteArrayAsync("paint/api/models/facades/examples/0"), Is.Not.Empty);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A program that is compiled for any processor of its kind may differ by a level here and there.</summary>
    private static void AssertNear(Picture picture, Picture expected)
    {
        Assert.That((picture.Width, picture.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(picture.Layers[0].Bytes.Zip(expected.Layers[0].Bytes, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1));
    }
}
