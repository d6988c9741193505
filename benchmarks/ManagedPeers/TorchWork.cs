using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace IlgpuGan.ManagedPeers;

/// <summary>Training steps and forwards in TorchSharp: those of <c>../Peers/torch_bench.py</c>.</summary>
/// <param name="Step">one step, without its data</param>
/// <param name="Parameters">weights of all networks</param>
internal sealed record TorchWork(Action Step, long Parameters)
{
    public static string Version => $"{typeof(torch).Assembly.GetName().Version!.ToString(3)} (LibTorch {__version__})";

    /// <param name="workload">as <c>ilgpugan bench --workload</c> names it</param>
    /// <param name="size">side of the pictures in pixels</param>
    /// <param name="isFlat">the optimiser has one tensor for all weights of its networks, instead of one for each</param>
    public static TorchWork Of(string workload, int size, int batch, bool isFlat)
    {
        random.manual_seed(1);
        return workload switch
        {
            "pix2pix" => Pix2Pix(size, batch, isFlat),
            "cyclegan" => CycleGan(size, batch, isFlat),
            "dcgan" => Dcgan(size, batch, isFlat),
            _ => Forward(TorchNetworks.Generator(workload), size, batch),
        };
    }

    private static TorchWork Forward(Module<Tensor, Tensor> network, int size, int batch)
    {
        network.eval();
        var x = Pictures(batch, size);
        return new TorchWork(
            () =>
            {
                using var scope = NewDisposeScope();
                using var none = no_grad();
                network.forward(x).mean().item<float>();
            },
            Count(network));
    }

    private static TorchWork Pix2Pix(int size, int batch, bool isFlat)
    {
        var (g, d) = (TorchNetworks.UNet(Math.Min(int.Log2(size), 8)), TorchNetworks.PatchGan(6, batchNorm: true));
        var (adamG, adamD) = (new TorchAdam(isFlat, g), new TorchAdam(isFlat, d));
        var (a, b) = (Pictures(batch, size), Pictures(batch, size));
        return new TorchWork(
            () =>
            {
                using var scope = NewDisposeScope();
                var fake = g.forward(a);
                Train(true, d);
                adamD.Clear();
                var lossD = (Bce(d.forward(cat([a, fake.detach()], 1)), 0) + Bce(d.forward(cat([a, b], 1)), 1)) * 0.5;
                lossD.backward();
                adamD.Step();
                Train(false, d);
                adamG.Clear();
                var lossG = Bce(d.forward(cat([a, fake], 1)), 1) + (100 * l1_loss(fake, b));
                lossG.backward();
                adamG.Step();
                Read(lossD, lossG);
            },
            Count(g, d));
    }

    /// <summary>Without the pools of earlier fakes, which cost a copy.</summary>
    private static TorchWork CycleGan(int size, int batch, bool isFlat)
    {
        var blocks = size >= 256 ? 9 : 6;
        var (ga, gb) = (TorchNetworks.ResNet(blocks), TorchNetworks.ResNet(blocks));
        var (da, db) = (TorchNetworks.PatchGan(3, batchNorm: false), TorchNetworks.PatchGan(3, batchNorm: false));
        var (adamG, adamD) = (new TorchAdam(isFlat, ga, gb), new TorchAdam(isFlat, da, db));
        var (a, b) = (Pictures(batch, size), Pictures(batch, size));
        return new TorchWork(
            () =>
            {
                using var scope = NewDisposeScope();
                Train(false, da, db);
                adamG.Clear();
                var (fakeB, fakeA) = (ga.forward(a), gb.forward(b));
                var lossG = Mse(da.forward(fakeB), 1) + Mse(db.forward(fakeA), 1)
                    + (10 * l1_loss(gb.forward(fakeB), a)) + (10 * l1_loss(ga.forward(fakeA), b))
                    + (5 * l1_loss(ga.forward(b), b)) + (5 * l1_loss(gb.forward(a), a));
                lossG.backward();
                adamG.Step();
                Train(true, da, db);
                adamD.Clear();
                foreach (var (d, real, fake) in new[] { (da, b, fakeB), (db, a, fakeA) })
                {
                    var loss = (Mse(d.forward(real), 1) + Mse(d.forward(fake.detach()), 0)) * 0.5;
                    loss.backward();
                    Read(loss);
                }

                adamD.Step();
                Read(lossG);
            },
            Count(ga, gb, da, db));
    }

    private static TorchWork Dcgan(int size, int batch, bool isFlat)
    {
        const int Code = 100;
        const int Width = 128;
        var (g, d) = (TorchNetworks.DcganGenerator(Code, Width, size), TorchNetworks.DcganDiscriminator(Width, size));
        var (adamG, adamD) = (new TorchAdam(isFlat, g), new TorchAdam(isFlat, d));
        var real = Pictures(batch, size);
        return new TorchWork(
            () =>
            {
                using var scope = NewDisposeScope();
                var fake = g.forward(randn(batch, Code, 1, 1));
                Train(true, d);
                adamD.Clear();
                var lossD = Bce(d.forward(real), 1) + Bce(d.forward(fake.detach()), 0);
                lossD.backward();
                adamD.Step();
                Train(false, d);
                adamG.Clear();
                var lossG = Bce(d.forward(fake), 1);
                lossG.backward();
                adamG.Step();
                Read(lossD, lossG);
            },
            Count(g, d));
    }

    private static Tensor Pictures(int batch, int size) => (rand(batch, 3, size, size) * 2) - 1;

    private static Tensor Bce(Tensor scores, float target) => binary_cross_entropy_with_logits(scores, full_like(scores, target));

    private static Tensor Mse(Tensor scores, float target) => mse_loss(scores, full_like(scores, target));

    private static void Train(bool on, params Module<Tensor, Tensor>[] networks)
    {
        foreach (var p in networks.SelectMany(network => network.parameters()))
        {
            p.requires_grad = on;
        }
    }

    /// <summary>Reads the losses, as a user's loop does.</summary>
    private static void Read(params Tensor[] losses)
    {
        foreach (var loss in losses)
        {
            if (!float.IsFinite(loss.item<float>()))
            {
                throw new InvalidOperationException("a loss is no number");
            }
        }
    }

    private static long Count(params Module<Tensor, Tensor>[] networks) =>
        networks.SelectMany(network => network.parameters()).Sum(p => p.numel());
}

/// <summary>
/// TorchSharp's Adam, which calls LibTorch several times for each weight tensor. If flat, all weights are views of one tensor, and so are
/// their gradients: the fewest calls.
/// </summary>
internal sealed class TorchAdam
{
    private readonly optim.Optimizer _adam;
    private readonly Tensor? _gradients;

    public TorchAdam(bool isFlat, params Module<Tensor, Tensor>[] networks)
    {
        List<Parameter> parameters = [.. networks.SelectMany(network => network.parameters())];
        if (isFlat)
        {
            using var none = no_grad();
            var weights = cat([.. parameters.Select(p => p.flatten())]);
            _gradients = zeros_like(weights);
            var start = 0L;
            foreach (var p in parameters)
            {
                var view = weights.narrow(0, start, p.numel()).view_as(p);
                p.grad = _gradients.narrow(0, start, p.numel()).view_as(p);
                p.set_(view);
                start += p.numel();
            }

            parameters = [new Parameter(weights) { grad = _gradients }];
        }

        _adam = optim.Adam(parameters, 2e-4, 0.5, 0.999);
    }

    public void Clear()
    {
        if (_gradients is { } all)
        {
            all.zero_();
        }
        else
        {
            _adam.zero_grad();
        }
    }

    public void Step() => _adam.step();
}
