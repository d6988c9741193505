using IlgpuGan.Tensors.Devices.Tuning;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests;

/// <summary>Keeps tests, and processes that they start, from the measurements of whoever runs them.</summary>
[SetUpFixture]
internal sealed class NoTunings
{
    private string? _before;

    [OneTimeSetUp]
    public void ForgetThem()
    {
        _before = Environment.GetEnvironmentVariable(Tunings.FolderVariable);
        Environment.SetEnvironmentVariable(Tunings.FolderVariable, "");
    }

    [OneTimeTearDown]
    public void LetThemBe() => Environment.SetEnvironmentVariable(Tunings.FolderVariable, _before);
}
