using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.ModelsTests.Data.Clips;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The measure of flicker: on films whose flicker is known, and through the command.</summary>
public sealed class FlickerTests : CommandFixture
{
    /// <summary>Over a still picture, outputs that jump between two levels.</summary>
    [Test]
    public void AJumpIsItsHeight()
    {
        var still = BlockMotionTests.Noise(1, 20, 17);
        var meter = new FlickerMeter();
        foreach (var level in (byte[])[100, 151, 100, 151])
        {
            meter.Add(still, Plain(20, 17, level));
        }

        var report = meter.Report;
        Assert.That((report.Frames, report.Followed), Is.EqualTo((4, 1.0)));
        Assert.That(report.Outputs.Plain, Is.EqualTo(51 / 255.0).Within(1e-9));
        Assert.That(report.Outputs.Warped, Is.EqualTo(51 / 255.0).Within(1e-9));
        Assert.That(report.Inputs, Is.EqualTo(new FrameChange(0, 0)));
    }

    /// <summary>A window that wanders: frames differ much, and yet nothing flickers.</summary>
    [Test]
    public void MotionIsNoFlicker()
    {
        var (input, output) = (BlockMotionTests.Noise(1, 100, 100), BlockMotionTests.Noise(2, 100, 100));
        var meter = new FlickerMeter();
        for (var i = 0; i < 5; i++)
        {
            meter.Add(input.Crop(20 + (3 * i), 20 + i, 64, 64), output.Crop(20 + (3 * i), 20 + i, 64, 64));
        }

        var report = meter.Report;
        Assert.That(report.Outputs.Plain, Is.GreaterThan(0.3), "noise on noise: a third of full scale");
        Assert.That(report.Outputs.Warped, Is.LessThan(0.01));
        Assert.That(report.Inputs.Warped, Is.LessThan(0.01));
        Assert.That(report.Followed, Is.InRange(0.6, 0.95), "all but the edge that comes into sight");
    }

    /// <summary>After a cut nothing can be followed, and nothing is counted as flicker.</summary>
    [Test]
    public void ACutIsNoFlicker()
    {
        var meter = new FlickerMeter();
        meter.Add(Plain(16, 16, 0), Plain(16, 16, 0));
        meter.Add(Plain(16, 16, 200), Plain(16, 16, 255));
        Assert.That(meter.Report, Is.EqualTo(new FlickerReport(2, new FrameChange(1, 0), new FrameChange(200 / 255.0, 0), 0)));
    }

    /// <summary>Frames may have alpha, and not all of them colours.</summary>
    [Test]
    public void FramesCountAsColours()
    {
        var output = Plain(12, 9, 7);
        var (plain, mixed) = (new FlickerMeter(), new FlickerMeter());
        foreach (var (level, channels) in ((byte, int)[])[(10, 4), (61, 4), (10, 1), (61, 3), (10, 2)])
        {
            var frame = Plain(12, 9, level);
            plain.Add(frame, output);
            mixed.Add(frame.ToChannels(channels, "frame"), output);
        }

        Assert.That(plain.Report.Inputs.Plain, Is.EqualTo(51 / 255.0).Within(1e-9));
        Assert.That(mixed.Report, Is.EqualTo(plain.Report));
    }

    [Test]
    public void OneFrameDoesNotFlicker()
    {
        var meter = new FlickerMeter();
        meter.Add(Plain(8, 8, 1), Plain(8, 8, 2));
        Assert.That(meter.Report, Is.EqualTo(new FlickerReport(1, new FrameChange(0, 0), new FrameChange(0, 0), 0)));
    }

    private static Picture Plain(int width, int height, byte level) =>
        new(new Image(width, height, 3, [.. Enumerable.Repeat(level, 3 * width * height)]));
}
