// A function<void()> that may hold what cannot be copied (secrets, buffers on their way).
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace blindsum {

class Job {
 public:
  Job() = default;
  template <class F>
    requires(!std::same_as<std::decay_t<F>, Job> && std::invocable<std::decay_t<F>&>)
  Job(F&& function)  // implicit: a lambda is a job
      : callable_(std::make_unique<Callable<std::decay_t<F>>>(std::forward<F>(function))) {}

  void operator()() { callable_->call(); }
  explicit operator bool() const { return callable_ != nullptr; }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void call() = 0;
  };
  template <class F>
  struct Callable final : Base {
    explicit Callable(F&& given) : function(std::move(given)) {}
    explicit Callable(const F& given) : function(given) {}
    void call() override { function(); }
    F function;
  };
  std::unique_ptr<Base> callable_;
};

}  // namespace blindsum
