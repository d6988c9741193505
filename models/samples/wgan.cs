#:package IlgpuGan.Models@0.1.0
#:property PublishAot=false

// A WGAN-GP (Gulrajani et al. 2017) learns to generate pictures like those of the folder pictures: dotnet run wgan.cs. Stop it at any time,
// and run it again to go on.
using System.Diagnostics;

const long steps = 2000;

using var device = Device.OpenBest();
var random = new RandomState(seed: 7);
using var generator = new Sequential(
    new Linear(32, 64 * 4 * 4), new Reshape(64, 4, 4), new BatchNorm2d(64), new Relu(),
    new ConvTranspose2d(64, 32, 4, stride: 2, padding: 1), new BatchNorm2d(32), new Relu(),
    new ConvTranspose2d(32, 3, 4, stride: 2, padding: 1), new Tanh()).Initialize(seed: 1).To(device);
using var critic = new Sequential(
    new Conv2d(3, 32, 4, stride: 2, padding: 1), new LeakyRelu(),
    new Conv2d(32, 64, 4, stride: 2, padding: 1), new LeakyRelu(),
    new Flatten(), new Linear(64 * 4 * 4, 1)).Initialize(seed: 2).To(device);
using var optG = new Adam(generator.Parameters, learningRate: 1e-4f, beta1: 0, beta2: 0.9f);
using var optD = new Adam(critic.Parameters, learningRate: 1e-4f, beta1: 0, beta2: 0.9f);
using var average = new WeightAverage(generator.NamedTensors(), decay: 0.99f);

// What a resumed program needs to go on with the same bits.
var state = new TrainingState(device)
    .Add("netG", generator).Add("netD", critic).Add("optG", optG).Add("optD", optD).Add("average", average).Add("random", random);
Directory.CreateDirectory("runs/wgan");
state.LoadIfExists("runs/wgan/latest.safetensors");

// Both steps are recorded once and then replayed: the code below runs twice, its kernels each time.
using var criticStep = new RecordedStep(device, inputs =>
{
    var real = inputs[0];
    var fake = generator.Forward(Noise(real.Shape[0])).Detach();
    var penalty = GradientPenalty.Of(critic, real, fake, random, weight: 10);
    var distance = critic.Forward(fake).Mean() - critic.Forward(real).Mean();
    optD.Minimize(distance + penalty);
    return [distance, penalty];
});
using var generatorStep = new RecordedStep(device, inputs =>
{
    critic.RequiresGrad = false;                    // frozen: the critic needs no gradients here
    var loss = -critic.Forward(generator.Forward(Noise(16))).Mean();
    optG.Minimize(loss);
    critic.RequiresGrad = true;
    average.Update();
    return [loss];
});

var batches = FunctionSource.OfPictures("pictures", size: 16).Shuffled(seed: 3, batchSize: 16);
using var report = new LoopReport("runs/wgan", "WGAN-GP", state.Step) { TotalSteps = steps, BatchSize = 16 };
foreach (var batch in batches.On(device, first: state.Step, count: steps - state.Step))
{
    var clock = Stopwatch.StartNew();
    var losses = criticStep.Run(batch["picture"]);
    var (distance, penalty) = (losses[0].Item(), losses[1].Item());
    state.Step++;
    if (state.Step % 5 == 0)                        // five critic steps for one of the generator
    {
        var loss = generatorStep.Run()[0].Item();
        report.Log(
            state.Step, batch.Epoch + 1, optG.LearningRate, clock.Elapsed.TotalSeconds,
            new("D_W", distance), new("D_gp", penalty), new("G_GAN", loss));
    }

    if (state.Step % 10 == 0)
    {
        report.Sample(state.Step, Mosaic.Grid(Samples(), columns: 4));
        report.WritePage(finished: state.Step == steps);
        state.Save("runs/wgan/latest.safetensors");
    }
}

Tensor Noise(int count) => Tensor.Normal(random, new Shape(count, 32), device);

Tensor Samples()
{
    using var averaged = average.Swap();
    using var constants = GradMode.NoGrad();
    var shown = generator.Eval().Forward(Tensor.Normal(new RandomKey(7, RandomStream.Noise, 0, 0), new Shape(16, 32), device));
    generator.Train();
    return shown;
}
