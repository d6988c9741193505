using System.Diagnostics;
using System.Runtime.Intrinsics;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>--vectors 256</c>, and checkpoints compared bit by bit: <c>inspect --compare</c>.</summary>
public sealed class VectorsTests : CommandFixture
{
    [Test]
    [MaxSeconds(20)] // Four processes that train.
    public async Task MachinesWithAvx512CanGiveTheBitsOfThoseWithAvx2()
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            Assert.Ignore("needs a processor with AVX-512");
        }

        await DrawnData();
        var wide = Trained("wide", narrow: false);
        _ = Trained("narrow", narrow: true);
        _ = Trained("chosen", narrow: false, "--vectors", "256");
        Assert.That(wide, Does.Contain("512-bit"));
        Assert.That(await Do("inspect", "--compare", In("chosen"), In("narrow")), Does.Match("All .* tensors are equal, bit by bit"));
        var other = await Run("inspect", "--compare", In("wide"), In("narrow"));
        Assert.That((other.Code, other.Output), Is.EqualTo((1, other.Output)));
        Assert.That(other.Output, Does.Contain("values differ, by "));

        var told = InProcess(narrow: true, "train", "--resume", In("wide"), "--steps", "9");
        Assert.That(told, Does.Contain("vectors of 512 bits").And.Contain("goes on with 256"));
        told = InProcess(narrow: false, "train", "--resume", In("chosen"), "--steps", "9");
        Assert.That(told, Does.Contain("256-bit"), "remembered");
        Assert.That(Checkpoint.Read(new RunDirectory(In("chosen")).Latest).Position.Vectors, Is.EqualTo(256));
    }

    private string Trained(string name, bool narrow, params string[] further) => InProcess(
        narrow,
        ["train", "cyclegan", "--data", Unpaired(), "--out", In(name), "--steps", "8", "--log-freq", "1", "--sample-freq", "0",
            "--generator", "resnet6", "--ngf", "8", "--ndf", "8", "--load-size", "64", "--crop-size", "64", .. further]);

    private static string InProcess(bool narrow, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [SystemProgram.Command, .. words])
        {
            Environment = { ["DOTNET_EnableAVX512"] = narrow ? "0" : "1" },
        };
        var (code, output, errors) = SystemProgram.Finish(start);
        Assert.That(code, Is.Zero, errors);
        return output + errors;
    }

    private string Unpaired()
    {
        var folder = In("unpaired");
        if (!Directory.Exists(folder))
        {
            foreach (var side in new[] { "trainA", "trainB" })
            {
                Directory.CreateDirectory(Path.Combine(folder, side));
                foreach (var file in Directory.GetFiles(In("data", "train")))
                {
                    File.Copy(file, Path.Combine(folder, side, Path.GetFileName(file)));
                }
            }
        }

        return folder;
    }
}
