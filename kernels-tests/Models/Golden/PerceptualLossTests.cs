using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>
/// The loss by a VGG-19 as PyTorch has it, of a network with torchvision's layers and keys; made by tools/fixtures/golden/perceptual.py.
/// </summary>
public sealed class PerceptualLossTests : OnCpu
{
    private static readonly string s_path =
        Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures", "losses", "perceptual.safetensors");

    [Test]
    public void LossAndGradientAgreeWithPyTorch()
    {
        using var file = new SafetensorsFile(s_path);
        using var step = _device.Step();
        var fake = Picture(file, "fake");
        fake.RequiresGrad = true;
        var loss = VggPerceptual.Open(s_path, _device).Of(fake, Picture(file, "real"));
        loss.Backward();
        Assert.That(loss.Item(), Is.EqualTo(file.Read("loss").ToSingle()[0]).Within(1e-5));
        Assert.That(GoldenCase.RelativeError(fake.Gradient!.ToArray(), file.Read("gradient").ToSingle()), Is.LessThan(1e-4));
    }

    [Test]
    public void OtherFilesAreRefused()
    {
        var other = Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures", "families", "pix2pixhd.safetensors");
        Fails.Starting<CheckpointFormatException>(() => VggPerceptual.Open(other, _device), other, "features.0.weight");
        Assert.That(
            () => VggPerceptual.Open(other + ".none", _device), Throws.InstanceOf<IOException>().With.Message.Contains(other + ".none"));
    }

    private Tensor Picture(SafetensorsFile file, string name) =>
        Tensor.From(file.Read(name).ToSingle(), new Shape(Array.ConvertAll(file.Read(name).Shape, e => (int)e)), _device);
}
