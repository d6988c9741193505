using IlgpuGan.Tensors.Devices.Tuning;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Keeps tests, and processes that they start, from the measurements of whoever runs them.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NoTuningsAttribute : Attribute, ITestAction
{
    private string? _before;

    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
        _before = Environment.GetEnvironmentVariable(Tunings.FolderVariable);
        Environment.SetEnvironmentVariable(Tunings.FolderVariable, "");
    }

    public void AfterTest(ITest test) => Environment.SetEnvironmentVariable(Tunings.FolderVariable, _before);
}
