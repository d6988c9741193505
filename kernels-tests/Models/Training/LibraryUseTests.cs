using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>The README's example of the library, on a small network: it compiles as printed, and it learns.</summary>
public class LibraryUseTests
{
    [Test]
    public void TheReadmesLoopLearns()
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-library-").FullName;
        new SyntheticFacades(4, 32).WriteTo(folder);
        var losses = new List<float>();

        using var device = Device.OpenBest();
        var generator = new UNet(inputChannels: 3, outputChannels: 3, downs: 5, ngf: 8).Initialize(seed: 1).To(device);
        var adam = new Adam(generator.Parameters, learningRate: 2e-3f, beta1: 0.5f);
        for (var epoch = 0; epoch < 8; epoch++)
        {
            foreach (var pair
                in AlignedFolder.Open(folder, new DataSettings { LoadSize = 32, CropSize = 32 }).Shuffled(seed: 1).On(device, count: 4))
            {
                using var step = device.Step();
                var loss = generator.Forward(pair.A).L1Loss(pair.B);
                adam.Minimize(loss);
                losses.Add(loss.Item());
            }
        }

        Directory.Delete(folder, recursive: true);
        Assert.That(losses.TakeLast(4).Average(), Is.LessThan(0.7 * losses.Take(4).Average()));
    }
}
